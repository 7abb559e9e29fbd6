import type { JsonObject } from '../../lib/json.ts';
import type { AuthInput, AuthType } from '../auth/tool-auth.ts';
import type { ToolEffects } from '../types.ts';

export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** An HTTP endpoint that agents of the account can call by the tool's name, without its credential. */
export interface CustomTool {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** Names that it had: agents that use it by one of them still can. */
  readonly formerNames: readonly string[];
  readonly description: string;
  /** The address, with `{placeholders}` for arguments in its path and query. */
  readonly endpoint: string;
  readonly method: HttpMethod;
  /** As given; undefined: made from the endpoint (see parametersOf). */
  readonly parameters: JsonObject | undefined;
  readonly authType: AuthType;
  readonly hasAuth: boolean;
  readonly priceNanoUsd: bigint;
  /** As given; undefined: by the method (see effectsOf). */
  readonly effects: ToolEffects | undefined;
  readonly timeoutMs: number;
  /** Counts the changes, from 1. */
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface CustomToolInput {
  readonly name: string;
  readonly description: string;
  readonly endpoint: string;
  readonly method?: HttpMethod | null | undefined;
  readonly parameters?: JsonObject | null | undefined;
  readonly authType?: AuthType | undefined;
  readonly auth?: AuthInput | null | undefined;
  readonly priceNanoUsd?: bigint | null | undefined;
  readonly effects?: ToolEffects | null | undefined;
  readonly timeoutMs?: number | null | undefined;
}

/** What is absent stays; null sets the default, and takes a credential away. */
export type CustomToolUpdate = {
  readonly [Field in keyof CustomToolInput]?: CustomToolInput[Field] | undefined;
};
