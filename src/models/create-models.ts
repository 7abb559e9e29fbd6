import type { Dispatcher } from 'undici';
import type { Clock } from '../lib/clock.ts';
import { createGuardedDispatcher } from '../lib/guarded-http/index.ts';
import { createLazyModel } from './ai-sdk/lazy-model.ts';
import { describeModel, type ListedModel, listModels, providerModelId, SANDBOX_INFO } from './catalogue.ts';
import { modelErrors } from './errors.ts';
import { createChatModel } from './openai-compatible/create-chat-model.ts';
import { createPriceLibrary, type PriceLibrary } from './price-library.ts';
import { FREE } from './prices.ts';
import {
  accountProvider,
  type ConfiguredProvider,
  operatorProviders,
  type ProviderConfig,
  type ProviderSettings,
} from './provider-settings.ts';
import { resolveName } from './resolve-name.ts';
import { type RetryTools, systemRetryTools } from './retries.ts';
import { createSandboxModel } from './sandbox/create-sandbox-model.ts';
import { type CallLimits, defaultLimits } from './transport/limits.ts';
import { createPools } from './transport/pools.ts';
import type { ChatModel, ModelInfo, ModelPrice } from './types.ts';

export interface ModelsDeps {
  readonly config: ProviderConfig;
  readonly clock: Clock;
  readonly limits?: Partial<CallLimits>;
  readonly retries?: RetryTools;
  /** The way to an address that an account set. Default: guarded, private ones only where the operator allows them. */
  readonly dispatcherFor?: (baseUrl: URL) => Dispatcher;
  readonly library?: PriceLibrary;
}

/** A model that a name means, ready to be called. */
export interface ResolvedModel {
  readonly chat: ChatModel;
  readonly info: ModelInfo;
  /** The library's; an account's own comes before it. Undefined: unknown. */
  readonly price: ModelPrice | undefined;
  /** Whose key pays its maker: the account's own, the server's, or nobody's. */
  readonly servedBy: 'account' | 'server' | 'built-in';
}

export interface Models {
  /**
   * The model that a name means to an account with these providers of its own, beside the operator's. Makes no
   * connection. Throws model_not_configured, which says what would help.
   */
  resolve(name: string, own?: readonly ProviderSettings[]): ResolvedModel;
  /** The names of the operator's providers, which all accounts can use. */
  readonly serverProviders: readonly string[];
  /** Every model that is known, those that can be called first. */
  list(own?: readonly ProviderSettings[]): readonly ListedModel[];
  /** Ends all connections; calls that run are cut. */
  close(): Promise<void>;
}

const COMPATIBLE_BASE: Readonly<Record<string, string>> = {
  openai: 'https://api.openai.com/v1',
  ollama: 'http://127.0.0.1:11434/v1',
};

/** The room's face: names to models, with one pool of connections an address. Nothing heavy is loaded here. */
export function createModels(deps: ModelsDeps): Models {
  const { config, clock, retries = systemRetryTools } = deps;
  const limits = { ...defaultLimits, ...deps.limits };
  const library = deps.library ?? createPriceLibrary(clock);
  const operators = operatorProviders(config);
  const pools = createPools(limits.connectMs);
  const sandbox: ResolvedModel = {
    chat: createSandboxModel(),
    info: SANDBOX_INFO,
    price: FREE,
    servedBy: 'built-in',
  };
  const made = new Map<string, ResolvedModel>();
  let guarded: Dispatcher | undefined;

  const guardedDispatcher = (url: URL): Dispatcher => {
    if (deps.dispatcherFor) return deps.dispatcherFor(url);
    guarded ??= createGuardedDispatcher({
      allowHosts: config.MUSTER_TOOL_ALLOW_HOSTS,
      connectTimeoutMs: limits.connectMs,
      pool: { keepAliveTimeout: 30_000, headersTimeout: 0, bodyTimeout: 0 },
    });
    return guarded;
  };
  const dispatcherOf = (provider: ConfiguredProvider) => (url: URL) =>
    provider.trusted ? pools.dispatcherOf(url.origin) : guardedDispatcher(url);

  const make = (provider: ConfiguredProvider, name: string): ResolvedModel => {
    const { info, price } = describeModel(provider, name, library);
    const model = providerModelId(provider, name, library);
    const { apiKey, kind } = provider;
    const common = { id: info.id, provider: provider.name, model, apiKey, limits, retries, clock };
    const baseUrl = provider.baseUrl ?? COMPATIBLE_BASE[kind];
    const servedBy = operators.includes(provider) ? 'server' : 'account';
    if (
      kind === 'openai-compatible' ||
      kind === 'ollama' ||
      (kind === 'openai' && provider.baseUrl !== undefined)
    ) {
      if (baseUrl === undefined) throw withoutAddress(provider.name);
      const url = new URL(baseUrl);
      const chat = createChatModel({
        ...common,
        baseUrl,
        flavour: kind === 'openai' ? 'openai' : 'compatible',
        dispatcher: dispatcherOf(provider)(url),
      });
      return { chat, info, price, servedBy };
    }
    const chat = createLazyModel({
      ...common,
      kind,
      baseUrl: provider.baseUrl,
      dispatcherOf: dispatcherOf(provider),
    });
    return { chat, info, price, servedBy };
  };

  return {
    resolve(name, own = []) {
      const providers = [...own.map(accountProvider), ...operators];
      const resolved = resolveName(name, providers, library);
      if (resolved.type === 'sandbox') return sandbox;
      const { provider, model } = resolved;
      // Models of the operator's providers are the same for all; an account's caller keeps its own.
      if (!operators.includes(provider)) return make(provider, model);
      const key = `${provider.name}/${model}`;
      const known = made.get(key);
      if (known) return known;
      const fresh = make(provider, model);
      if (made.size >= MAX_KEPT) made.clear();
      made.set(key, fresh);
      return fresh;
    },
    serverProviders: operators.map(({ name }) => name),
    list: (own = []) => listModels([...own.map(accountProvider), ...operators], library),
    async close() {
      made.clear();
      await Promise.all([pools.close(), guarded?.destroy()]);
    },
  };
}

const MAX_KEPT = 1_000;

function withoutAddress(provider: string) {
  return modelErrors.model_not_configured(`The provider '${provider}' has no address. Set its base_url.`, {
    field: 'model',
    reason: 'its provider has no address',
  });
}
