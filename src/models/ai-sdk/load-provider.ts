import type { LanguageModelV4, SharedV4ProviderOptions } from '@ai-sdk/provider';
import { isOpenAiReasoningModel, thinksInSilence } from '../model-traits.ts';

export type SdkKind = 'openai' | 'anthropic' | 'google' | 'openrouter';

export interface SdkProvider {
  readonly model: LanguageModelV4;
  readonly metadataKey: string;
  readonly providerOptions: SharedV4ProviderOptions;
  /** What to ask for instead once the provider has refused this parameter to the operator's account. */
  readonly fallback?: { readonly param: string; readonly providerOptions: SharedV4ProviderOptions };
}

export interface LoadOptions {
  readonly kind: SdkKind;
  /** The provider's own name of the model. */
  readonly model: string;
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

/** Loads a provider package when its first model is called: each takes its time and its memory. */
export async function loadProvider(options: LoadOptions): Promise<SdkProvider> {
  const { kind, model, fetch } = options;
  // Without a key the packages would look into the environment, which only src/config reads.
  const settings = {
    apiKey: options.apiKey ?? '',
    fetch,
    ...(options.baseUrl !== undefined && { baseURL: options.baseUrl }),
  };
  switch (kind) {
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai');
      const provider = createOpenAI(settings);
      if (!isOpenAiReasoningModel(model)) {
        return { model: provider.chat(model), metadataKey: 'openai', providerOptions: {} };
      }
      // Chat Completions never shows OpenAI's reasoning and can not take it back between tool calls; Responses does both.
      return {
        model: provider.responses(model),
        metadataKey: 'openai',
        providerOptions: { openai: { store: false, reasoningSummary: 'auto' } },
        // OpenAI shows summaries to verified organisations only, and fails the whole call for others.
        fallback: { param: 'reasoning.summary', providerOptions: { openai: { store: false } } },
      };
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return { model: createAnthropic(settings)(model), metadataKey: 'anthropic', providerOptions: {} };
    }
    case 'google': {
      const { createGoogle } = await import('@ai-sdk/google');
      const own = thinksInSilence(model) ? { google: { thinkingConfig: { includeThoughts: true } } } : {};
      return { model: createGoogle(settings)(model), metadataKey: 'google', providerOptions: own };
    }
    case 'openrouter': {
      const { createOpenRouter } = await import('@openrouter/ai-sdk-provider');
      return {
        model: createOpenRouter(settings).chat(model),
        metadataKey: 'openrouter',
        providerOptions: {},
      };
    }
  }
}
