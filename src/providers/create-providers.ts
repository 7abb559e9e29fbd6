import { isSandboxAccount } from '../accounts/index.ts';
import type { Actor, AuditRecorder } from '../audit/index.ts';
import type { Database } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { MusterError } from '../lib/errors.ts';
import type { GuardedHttp } from '../lib/guarded-http/index.ts';
import type { Ids } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import type { SaveOptions } from '../lib/save-on-newest.ts';
import type { SecretBox } from '../lib/secrets.ts';
import { type ListedModel, type Models, SWITCHES } from '../models/index.ts';
import { createAccountModelsCache } from './account-models.ts';
import type { ProvidersContext } from './context.ts';
import { createProvider } from './create-provider.ts';
import { listModels } from './list-models.ts';
import { listPrices, removePrice, setPrice } from './manage-prices.ts';
import { deleteProvider, getProvider, listProviders, updateProvider } from './manage-providers.ts';
import { modelExists, modelKnown } from './model-exists.ts';
import { createProviderStore } from './store.ts';
import { testProvider } from './test-provider.ts';
import type {
  CallableModel,
  PriceInput,
  Provider,
  ProviderInput,
  ProviderTest,
  ProviderUpdate,
  ServerProvider,
  SetPrice,
} from './types.ts';
import { whyNotCallable } from './why-not-callable.ts';

export interface ProvidersDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Pick<Logger, 'warn'>;
  readonly audit: AuditRecorder;
  readonly secrets: SecretBox;
  readonly guardedHttp: Pick<GuardedHttp, 'vet'>;
  readonly models: Pick<Models, 'resolve' | 'list' | 'serverProviders'>;
  /** Whose prices count for what the server's own keys pay; undefined while nobody runs the server. */
  readonly operatorAccountId: () => Promise<string | undefined>;
}

/** What an account can call: its own model providers and prices, beside those of the server. */
export interface Providers {
  createProvider(accountId: string, input: ProviderInput, by?: Actor): Promise<Provider>;
  listProviders(accountId: string, request: PageRequest): Promise<Page<Provider>>;
  getProvider(accountId: string, providerId: string): Promise<Provider>;
  /** Throws provider_changed when `ifSavedAt` is given and somebody has saved since. */
  updateProvider(
    accountId: string,
    providerId: string,
    update: ProviderUpdate,
    by?: Actor,
    options?: SaveOptions,
  ): Promise<Provider>;
  /** Throws provider_changed likewise. */
  deleteProvider(accountId: string, providerId: string, by?: Actor, options?: SaveOptions): Promise<void>;
  /** Asks one of its models, `model` or the first that fits, for a word; billed by the provider alone. */
  testProvider(
    accountId: string,
    providerId: string,
    model: string | undefined,
    signal: AbortSignal,
  ): Promise<ProviderTest>;

  setPrice(accountId: string, model: string, price: PriceInput, by?: Actor): Promise<SetPrice>;
  removePrice(accountId: string, model: string, by?: Actor): Promise<void>;
  listPrices(accountId: string): Promise<SetPrice[]>;

  /** For calls: a map's look-up most of the time. Throws model_not_configured, model_without_price. */
  callable(accountId: string, model: string): Promise<CallableModel>;
  /** What `callable` throws for it, with the way out; undefined: it can be called now. */
  whyNotCallable(accountId: string, model: string): Promise<MusterError | undefined>;
  /** Whether the model can be called now, once it has a price. */
  modelExists(accountId: string, model: string): Promise<boolean>;
  /** Whether an agent may be given the model: it can be called now, or once its provider has a key. */
  modelKnown(accountId: string, model: string): Promise<boolean>;
  /** Names that an agent can have now; for suggestions. */
  modelNames(accountId: string): Promise<readonly string[]>;
  /** The providers that a setting of the server switches on, and whether it does. */
  serverProviders(): readonly ServerProvider[];
  /** The catalogue, what can be called first. */
  listModels(accountId: string): Promise<readonly ListedModel[]>;
}

const SANDBOX_MODEL = 'sandbox';

export function createProviders(deps: ProvidersDeps): Providers {
  const { log, ...rest } = deps;
  const store = createProviderStore(deps.db);
  const { clock, secrets, models, operatorAccountId } = deps;
  const cache = createAccountModelsCache({ clock, log, secrets, store, models, operatorAccountId });
  const context: ProvidersContext = { ...rest, store, cache };
  // In a sandbox every model is the built-in one: it costs nothing, and nothing goes out.
  const callable: Providers['callable'] = async (accountId, model) =>
    (await cache.get(accountId)).callable(isSandboxAccount(accountId) ? SANDBOX_MODEL : model);
  return {
    createProvider: (accountId, input, by) => createProvider(context, accountId, input, by),
    listProviders: (accountId, request) => listProviders(context, accountId, request),
    getProvider: (accountId, providerId) => getProvider(context, accountId, providerId),
    updateProvider: (accountId, providerId, update, by, options) =>
      updateProvider(context, accountId, providerId, update, by, options),
    deleteProvider: (accountId, providerId, by, options) =>
      deleteProvider(context, accountId, providerId, by, options),
    testProvider: (accountId, providerId, model, signal) =>
      testProvider(context, accountId, providerId, model, signal),
    setPrice: (accountId, model, price, by) => setPrice(context, accountId, model, price, by),
    removePrice: (accountId, model, by) => removePrice(context, accountId, model, by),
    listPrices: (accountId) => listPrices(context, accountId),
    callable,
    whyNotCallable: (accountId, model) => whyNotCallable(() => callable(accountId, model)),
    modelExists: (accountId, model) => modelExists(context, accountId, model),
    modelKnown: (accountId, model) => modelKnown(context, accountId, model),
    modelNames: async (accountId) =>
      (await listModels(context, accountId)).flatMap(({ info, available }) => (available ? [info.id] : [])),
    serverProviders: () =>
      Object.entries(SWITCHES).map(([name, setting]) => ({
        name,
        setting,
        isOn: models.serverProviders.includes(name),
      })),
    listModels: (accountId) => listModels(context, accountId),
  };
}
