import type { JsonObject } from '../../lib/json.ts';
import type { AuthInput, AuthType } from '../auth/tool-auth.ts';
import type { ToolEffects } from '../types.ts';

/** A tool as its server lists it. */
export interface RemoteTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
  readonly effects: ToolEffects;
}

/** A server of the Model Context Protocol, whose tools agents of the account can use. */
export interface McpServer {
  readonly id: string;
  readonly accountId: string;
  /** The first part of its tools' names: `name__tool`. Never changes. */
  readonly name: string;
  readonly url: string;
  readonly authType: AuthType;
  readonly hasAuth: boolean;
  /** `error`: it could not be asked for its tools the last time; those that are known stay. */
  readonly status: 'ready' | 'error';
  readonly error: string | undefined;
  readonly tools: readonly RemoteTool[];
  /** When it was asked for its tools last. */
  readonly checkedAt: number | undefined;
  /** Counts the changes of its settings, from 1. */
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface McpServerInput {
  readonly name: string;
  readonly url: string;
  readonly authType?: AuthType | undefined;
  readonly auth?: AuthInput | null | undefined;
}

/** What is absent stays; null takes a credential away. */
export interface McpServerUpdate {
  readonly url?: string | undefined;
  readonly authType?: AuthType | undefined;
  readonly auth?: AuthInput | null | undefined;
}
