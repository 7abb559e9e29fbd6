import type { Config } from '../config/index.ts';

export type ProviderKind = 'openai-compatible' | 'openai' | 'anthropic' | 'google' | 'openrouter' | 'ollama';

/** A provider of an account, with its key opened. */
export interface ProviderSettings {
  /** The first part of its models' names: `name/model`. */
  readonly name: string;
  readonly kind: ProviderKind;
  readonly baseUrl?: string | undefined;
  readonly apiKey?: string | undefined;
  /** The provider's own names of models that it is known to serve. */
  readonly models?: readonly string[] | undefined;
}

/** A provider that can be called, whoever set it up. */
export interface ConfiguredProvider {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly baseUrl: string | undefined;
  readonly apiKey: string | undefined;
  readonly models: readonly string[];
  /** Set by the operator: its address is not asked to be public. */
  readonly trusted: boolean;
}

export type ProviderConfig = Pick<
  Config,
  | 'OPENAI_API_KEY'
  | 'OPENAI_BASE_URL'
  | 'ANTHROPIC_API_KEY'
  | 'GOOGLE_GENERATIVE_AI_API_KEY'
  | 'OPENROUTER_API_KEY'
  | 'OLLAMA_HOST'
  | 'MUSTER_TOOL_ALLOW_HOSTS'
>;

/** Which setting switches a provider on; for messages. */
export const SWITCHES: Readonly<Record<string, string>> = {
  openai: 'OPENAI_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
  google: 'GOOGLE_GENERATIVE_AI_API_KEY',
  openrouter: 'OPENROUTER_API_KEY',
  ollama: 'OLLAMA_HOST',
};

/** The providers that the operator switched on by settings. */
export function operatorProviders(config: ProviderConfig): readonly ConfiguredProvider[] {
  const providers: ConfiguredProvider[] = [];
  const add = (name: ProviderKind, apiKey: string | undefined, baseUrl?: string) =>
    providers.push({ name, kind: name, apiKey, baseUrl, models: [], trusted: true });
  if (config.OPENAI_API_KEY !== undefined || config.OPENAI_BASE_URL !== undefined) {
    add('openai', config.OPENAI_API_KEY, config.OPENAI_BASE_URL);
  }
  if (config.ANTHROPIC_API_KEY !== undefined) add('anthropic', config.ANTHROPIC_API_KEY);
  if (config.GOOGLE_GENERATIVE_AI_API_KEY !== undefined) add('google', config.GOOGLE_GENERATIVE_AI_API_KEY);
  if (config.OPENROUTER_API_KEY !== undefined) add('openrouter', config.OPENROUTER_API_KEY);
  if (config.OLLAMA_HOST !== undefined) add('ollama', undefined, ollamaBase(config.OLLAMA_HOST));
  return providers;
}

/** An account's provider. With an address of its own it passes the guard; the official addresses are known to be public. */
export function accountProvider(settings: ProviderSettings): ConfiguredProvider {
  const { name, kind, apiKey } = settings;
  const baseUrl = settings.baseUrl?.replace(/\/+$/, '');
  return {
    name,
    kind,
    apiKey,
    baseUrl: kind === 'ollama' && baseUrl !== undefined ? ollamaBase(baseUrl) : baseUrl,
    models: settings.models ?? [],
    trusted: baseUrl === undefined && kind !== 'openai-compatible' && kind !== 'ollama',
  };
}

/** Ollama speaks Chat Completions under /v1. */
function ollamaBase(host: string): string {
  const base = host.replace(/\/+$/, '');
  return base.endsWith('/v1') ? base : `${base}/v1`;
}
