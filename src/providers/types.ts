import type { ChatModel, ModelInfo, ModelPrice } from '../models/index.ts';

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
] as const;
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

export interface ProviderInput {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly baseUrl?: string | null | undefined;
  readonly apiKey?: string | null | undefined;
  readonly models?: readonly string[] | undefined;
}

/** What is absent stays; null takes it away. */
export type ProviderUpdate = Partial<Pick<ProviderInput, 'baseUrl' | 'apiKey' | 'models'>>;

/** A provider as a call needs it, with its key opened. */
export interface ProviderSettings {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly baseUrl: string | undefined;
  readonly apiKey: string | undefined;
  readonly models: readonly string[];
}

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

/** One line of the catalogue. */
export interface ListedModel {
  readonly info: ModelInfo;
  /** Its provider is switched on, so that it can be called. */
  readonly available: boolean;
  /** Undefined: it has to be set before the model can be called. */
  readonly price: ModelPrice | undefined;
}

/** A model that an account may call now, with what it will cost. */
export interface CallableModel {
  readonly chat: ChatModel;
  readonly info: ModelInfo;
  readonly price: ModelPrice;
}
