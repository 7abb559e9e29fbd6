import type { Database } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { GuardedHttp } from '../lib/guarded-http/index.ts';
import type { Ids } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import type { SecretBox } from '../lib/secrets.ts';
import type { ListedModel, Models } from '../models/index.ts';
import { createAccountModelsCache } from './account-models.ts';
import type { ProvidersContext } from './context.ts';
import { createProvider } from './create-provider.ts';
import { listModels } from './list-models.ts';
import { listPrices, removePrice, setPrice } from './manage-prices.ts';
import { deleteProvider, getProvider, listProviders, updateProvider } from './manage-providers.ts';
import { modelExists } from './model-exists.ts';
import { createProviderStore } from './store.ts';
import type {
  CallableModel,
  PriceInput,
  Provider,
  ProviderInput,
  ProviderUpdate,
  SetPrice,
} from './types.ts';

export interface ProvidersDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Pick<Logger, 'warn'>;
  readonly secrets: SecretBox;
  readonly guardedHttp: Pick<GuardedHttp, 'vet'>;
  readonly models: Pick<Models, 'resolve' | 'list'>;
}

/** What an account can call: its own model providers and prices, beside those of the server. */
export interface Providers {
  createProvider(accountId: string, input: ProviderInput): Promise<Provider>;
  listProviders(accountId: string, request: PageRequest): Promise<Page<Provider>>;
  getProvider(accountId: string, providerId: string): Promise<Provider>;
  updateProvider(accountId: string, providerId: string, update: ProviderUpdate): Promise<Provider>;
  deleteProvider(accountId: string, providerId: string): Promise<void>;

  setPrice(accountId: string, model: string, price: PriceInput): Promise<SetPrice>;
  removePrice(accountId: string, model: string): Promise<void>;
  listPrices(accountId: string): Promise<SetPrice[]>;

  /** For calls: a map's look-up most of the time. Throws model_not_configured, model_without_price. */
  callable(accountId: string, model: string): Promise<CallableModel>;
  /** Whether an agent can have this model: its provider is switched on. It may still need a price. */
  modelExists(accountId: string, model: string): Promise<boolean>;
  /** Names that an agent can have now; for suggestions. */
  modelNames(accountId: string): Promise<readonly string[]>;
  /** The catalogue, what can be called first. */
  listModels(accountId: string): Promise<readonly ListedModel[]>;
}

export function createProviders(deps: ProvidersDeps): Providers {
  const { log, ...rest } = deps;
  const store = createProviderStore(deps.db);
  const { clock, secrets, models } = deps;
  const cache = createAccountModelsCache({ clock, log, secrets, store, models });
  const context: ProvidersContext = { ...rest, store, cache };
  return {
    createProvider: (accountId, input) => createProvider(context, accountId, input),
    listProviders: (accountId, request) => listProviders(context, accountId, request),
    getProvider: (accountId, providerId) => getProvider(context, accountId, providerId),
    updateProvider: (accountId, providerId, update) => updateProvider(context, accountId, providerId, update),
    deleteProvider: (accountId, providerId) => deleteProvider(context, accountId, providerId),
    setPrice: (accountId, model, price) => setPrice(context, accountId, model, price),
    removePrice: (accountId, model) => removePrice(context, accountId, model),
    listPrices: (accountId) => listPrices(context, accountId),
    callable: async (accountId, model) => (await cache.get(accountId)).callable(model),
    modelExists: (accountId, model) => modelExists(context, accountId, model),
    modelNames: async (accountId) =>
      (await listModels(context, accountId)).flatMap(({ info, available }) => (available ? [info.id] : [])),
    listModels: (accountId) => listModels(context, accountId),
  };
}
