import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import { type SecretBox, SecretError } from '../lib/secrets.ts';
import { type ModelPrice, type Models, modelErrors, type ProviderSettings } from '../models/index.ts';
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
  readonly prices: ReadonlyMap<string, ModelPrice>;
  /** Throws model_not_configured and model_without_price. */
  callable(name: string): CallableModel;
}

export interface AccountModelsCache {
  /** At most a second old, and never older than a change in this process. */
  get(accountId: string): Promise<AccountModels>;
  forget(accountId: string): void;
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
}): AccountModelsCache {
  const { clock, store } = deps;
  const entries = new Map<string, Entry>();
  let generation = 0;

  async function read(accountId: string, known: Entry | undefined): Promise<AccountModels> {
    const begun = generation;
    const readAt = clock.now();
    const [providers, prices] = await Promise.all([
      store.allProviders(accountId),
      store.listPrices(accountId),
    ]);
    const fingerprint = fingerprintOf(providers, prices);
    const models =
      known?.fingerprint === fingerprint
        ? known.models
        : createAccountModels(
            deps.models,
            providers.flatMap((provider) => open(provider)),
            new Map(prices.map(({ model, price }) => [model, price])),
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
  };
}

function fingerprintOf(providers: readonly StoredProvider[], prices: readonly SetPrice[]): string {
  const rows = [
    ...providers.map(({ id, updatedAt, apiKeySealed }) => [id, updatedAt, apiKeySealed]),
    ...prices.map(({ model, price }) => [model, ...Object.values(price)]),
  ];
  return rows.map((row) => row.join(' ')).join('\n');
}

function createAccountModels(
  models: Pick<Models, 'resolve'>,
  own: readonly ProviderSettings[],
  prices: ReadonlyMap<string, ModelPrice>,
): AccountModels {
  const made = new Map<string, CallableModel>();
  return {
    own,
    prices,
    callable(name) {
      const known = made.get(name);
      if (known) return known;
      const { chat, info, price: libraryPrice } = models.resolve(name, own);
      const price = prices.get(info.id) ?? prices.get(name) ?? libraryPrice;
      if (!price) {
        throw modelErrors.model_without_price(
          `No price is known for the model '${info.id}'. Set one with PUT /api/v1/models/${encodeURIComponent(info.id)}/price; 0 is a price.`,
          { field: 'model', reason: 'has no price' },
        );
      }
      const model = { chat, info, price };
      if (made.size >= MAX_MODELS) made.clear();
      made.set(name, model);
      return model;
    },
  };
}
