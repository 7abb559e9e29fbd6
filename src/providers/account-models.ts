import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import { type SecretBox, SecretError } from '../lib/secrets.ts';
import {
  type ModelPrice,
  type Models,
  modelErrors,
  type ProviderSettings,
  type ResolvedModel,
} from '../models/index.ts';
import { keyPlace } from './key-place.ts';
import type { ProviderStore, StoredProvider } from './store.ts';
import type { CallableModel, SetPrice } from './types.ts';

/** How long a change made by another process may stay unseen. */
const FRESH_MS = 1_000;
const MAX_ACCOUNTS = 5_000;
const MAX_MODELS = 500;

/** What an account has set, with the models that were made of it. */
interface AccountModels {
  readonly own: readonly ProviderSettings[];
  /** What a model costs the account: its own price for its own providers, the operator's for those of the server. */
  priceOf(model: Pick<ResolvedModel, 'info' | 'price' | 'servedBy'>, name?: string): ModelPrice | undefined;
  /** Throws model_not_configured and model_without_price. */
  callable(name: string): CallableModel;
}

export interface AccountModelsCache {
  /** At most a second old, and never older than a change in this process. */
  get(accountId: string): Promise<AccountModels>;
  forget(accountId: string): void;
  /** For what counts for all of them. */
  forgetAll(): void;
}

interface Entry {
  readonly models: AccountModels;
  /** Equal for equal rows: then what was made of them is kept. */
  readonly fingerprint: string;
  readAt: number;
}

export function createAccountModelsCache(deps: {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  readonly secrets: SecretBox;
  readonly store: ProviderStore;
  readonly models: Pick<Models, 'resolve'>;
  readonly operatorAccountId: () => Promise<string | undefined>;
}): AccountModelsCache {
  const { clock, store } = deps;
  const entries = new Map<string, Entry>();
  let generation = 0;

  async function read(accountId: string, known: Entry | undefined): Promise<AccountModels> {
    const begun = generation;
    const readAt = clock.now();
    const operator = await deps.operatorAccountId();
    const [providers, prices, serverPrices] = await Promise.all([
      store.allProviders(accountId),
      store.listPrices(accountId),
      operator === undefined || operator === accountId ? undefined : store.listPrices(operator),
    ]);
    const fingerprint = fingerprintOf(providers, [...prices, ...(serverPrices ?? [])]);
    const models =
      known?.fingerprint === fingerprint
        ? known.models
        : createAccountModels(
            deps.models,
            providers.flatMap((provider) => open(provider)),
            byModel(prices),
            serverPrices && byModel(serverPrices, 'operator'),
          );
    // What was read before a change is good for its caller, who asked before it, and for nobody after.
    if (begun === generation) keep(accountId, { models, fingerprint, readAt });
    return models;
  }

  function keep(accountId: string, entry: Entry): void {
    entries.delete(accountId);
    if (entries.size >= MAX_ACCOUNTS) {
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    }
    entries.set(accountId, entry);
  }

  /** A provider whose key cannot be opened is as good as none; the operator has to know. */
  function open(provider: StoredProvider): ProviderSettings[] {
    const { name, kind, baseUrl, models, apiKeySealed, accountId, id } = provider;
    try {
      const apiKey =
        apiKeySealed === null ? undefined : deps.secrets.open(apiKeySealed, keyPlace(accountId, id));
      return [{ name, kind, baseUrl, models, apiKey }];
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      deps.log.warn({ err: error, accountId, providerId: id }, 'the key of a provider cannot be opened');
      return [];
    }
  }

  return {
    async get(accountId) {
      const known = entries.get(accountId);
      const age = known ? clock.now() - known.readAt : -1;
      return known && age >= 0 && age < FRESH_MS ? known.models : read(accountId, known);
    },
    forget(accountId) {
      generation++;
      entries.delete(accountId);
    },
    forgetAll() {
      generation++;
      entries.clear();
    },
  };
}

function fingerprintOf(providers: readonly StoredProvider[], prices: readonly SetPrice[]): string {
  const rows = [
    ...providers.map(({ id, updatedAt, apiKeySealed }) => [id, updatedAt, apiKeySealed]),
    ...prices.map(({ model, price }) => [model, ...Object.values(price)]),
  ];
  return rows.map((row) => row.join(' ')).join('\n');
}

function byModel(prices: readonly SetPrice[], source?: 'operator'): ReadonlyMap<string, ModelPrice> {
  return new Map(prices.map(({ model, price }) => [model, source ? { ...price, source } : price]));
}

function createAccountModels(
  models: Pick<Models, 'resolve'>,
  own: readonly ProviderSettings[],
  ownPrices: ReadonlyMap<string, ModelPrice>,
  /** Undefined for the operator, whose own they are. */
  serverPrices: ReadonlyMap<string, ModelPrice> | undefined,
): AccountModels {
  const priceOf: AccountModels['priceOf'] = ({ info, price, servedBy }, name = info.id) => {
    if (servedBy === 'built-in') return price;
    const prices = servedBy === 'account' ? ownPrices : (serverPrices ?? ownPrices);
    return prices.get(info.id) ?? prices.get(name) ?? price;
  };
  const made = new Map<string, CallableModel>();
  return {
    own,
    priceOf,
    callable(name) {
      const known = made.get(name);
      if (known) return known;
      const resolved = models.resolve(name, own);
      const { info } = resolved;
      const price = priceOf(resolved, name);
      if (!price) {
        throw modelErrors.model_without_price(
          `No price is known for the model '${info.id}'. Set one with PUT /api/v1/models/${encodeURIComponent(info.id)}/price; 0 is a price.`,
          { field: 'model', reason: 'has no price' },
        );
      }
      const model = { ...resolved, price };
      if (made.size >= MAX_MODELS) made.clear();
      made.set(name, model);
      return model;
    },
  };
}
