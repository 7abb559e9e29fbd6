import type { MusterError } from '../lib/errors.ts';
import type { ModelPrice, ProviderKind, ResolvedModel } from '../models/index.ts';

/** A model provider that an account brought, without its key. */
export interface Provider {
  readonly id: string;
  readonly accountId: string;
  /** The first part of its models' names: `name/model`. Never changes. */
  readonly name: string;
  readonly kind: ProviderKind;
  readonly baseUrl: string | undefined;
  readonly hasApiKey: boolean;
  /** The provider's own names of models that it is known to serve. */
  readonly models: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const PROVIDER_KINDS = [
  'openai-compatible',
  'openai',
  'anthropic',
  'google',
  'openrouter',
  'ollama',
] as const satisfies readonly ProviderKind[];

/** A provider that the operator switches on by a setting of the server. */
export interface ServerProvider {
  readonly name: string;
  readonly setting: string;
  readonly isOn: boolean;
}

export interface ProviderInput {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly baseUrl?: string | null | undefined;
  readonly apiKey?: string | null | undefined;
  readonly models?: readonly string[] | undefined;
}

/** What came of asking a provider for a word. */
export interface ProviderTest {
  /** Which of its models was asked. */
  readonly model: string;
  /** Undefined: it answered. */
  readonly error: MusterError | undefined;
  readonly durationMs: number;
}

/** What is absent stays; null takes it away. */
export type ProviderUpdate = Partial<Pick<ProviderInput, 'baseUrl' | 'apiKey' | 'models'>>;

/** Nano-dollars per million tokens. */
export interface PriceInput {
  readonly inputNanoUsdPerMillion: bigint;
  readonly cachedInputNanoUsdPerMillion: bigint;
  readonly outputNanoUsdPerMillion: bigint;
}

export interface SetPrice {
  readonly model: string;
  readonly price: ModelPrice;
  readonly updatedAt: number;
}

/** A model that an account may call now, with what it will cost. */
export interface CallableModel extends ResolvedModel {
  readonly price: ModelPrice;
}
