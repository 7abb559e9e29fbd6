import { type Actor, SYSTEM } from '../audit/index.ts';
import { commonErrors, invalid } from '../lib/errors.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import { isAsRead, type SaveOptions, saveOnNewest, timeOfSave } from '../lib/save-on-newest.ts';
import { guardOf, type ProvidersContext } from './context.ts';
import { providerErrors } from './errors.ts';
import { keyPlace } from './key-place.ts';
import { checkApiKey, checkBaseUrl, checkComplete, checkModels } from './provider-rules.ts';
import type { StoredProvider } from './store.ts';
import type { Provider, ProviderUpdate } from './types.ts';
import { withoutKey } from './without-key.ts';

export async function getProvider(
  context: ProvidersContext,
  accountId: string,
  providerId: string,
): Promise<Provider> {
  return withoutKey(await find(context, accountId, providerId));
}

/** By name. */
export async function listProviders(
  { store }: ProvidersContext,
  accountId: string,
  request: PageRequest,
): Promise<Page<Provider>> {
  const { items, total } = await store.listProviders(accountId, request);
  return { items: items.map(withoutKey), total, page: request.page };
}

/**
 * Changes a provider; in force with the next call. A key that is kept stays with its address: with a new one it has to
 * be given again, so that nobody who may change the address learns the key. Changes that are made at once are all kept,
 * those that say what they were made to only where it is still so (provider_changed).
 */
export function updateProvider(
  context: ProvidersContext,
  accountId: string,
  providerId: string,
  update: ProviderUpdate,
  by: Actor = SYSTEM,
  options: SaveOptions = {},
): Promise<Provider> {
  return saveOnNewest(() => mergeProvider(context, accountId, providerId, update, by, options));
}

async function mergeProvider(
  context: ProvidersContext,
  accountId: string,
  providerId: string,
  update: ProviderUpdate,
  by: Actor,
  options: SaveOptions,
): Promise<Provider | undefined> {
  const current = await find(context, accountId, providerId, options);
  const baseUrl = await newBaseUrl(context, current, update.baseUrl);
  if (baseUrl !== current.baseUrl && current.hasApiKey && update.apiKey === undefined) {
    throw invalid('api_key', 'must be given again, or be null, when base_url changes');
  }
  const apiKeySealed = newKey(context, current, update.apiKey);
  const changed: StoredProvider = {
    ...current,
    baseUrl,
    apiKeySealed,
    hasApiKey: apiKeySealed !== null,
    models: update.models === undefined ? current.models : checkModels(update.models),
    updatedAt: timeOfSave(context.clock.now(), current),
  };
  checkComplete(changed);
  const line = context.audit.record({
    accountId,
    action: 'provider.updated',
    by,
    object: { type: 'provider', id: providerId },
    details: {
      baseUrl: baseUrl ?? null,
      models: [...changed.models],
      hasApiKey: changed.hasApiKey,
      isNewKey: update.apiKey !== undefined,
    },
  });
  const written = await context.db.write([context.store.updateProvider(current, changed), line]);
  if (!written.ok) return undefined;
  context.cache.forget(accountId);
  return withoutKey(changed);
}

/**
 * Removes a provider with its key. Agents that name its models have none until they get another. Throws provider_changed
 * when `ifSavedAt` is given and somebody has saved since.
 */
export async function deleteProvider(
  context: ProvidersContext,
  accountId: string,
  providerId: string,
  by: Actor = SYSTEM,
  options: SaveOptions = {},
): Promise<void> {
  const written = await context.db.write([
    context.store.deleteProvider(accountId, providerId, options),
    context.audit.record({
      accountId,
      action: 'provider.deleted',
      by,
      object: { type: 'provider', id: providerId },
    }),
  ]);
  if (!written.ok) {
    await find(context, accountId, providerId, options);
    throw providerNotFound(providerId);
  }
  context.cache.forget(accountId);
}

async function newBaseUrl(
  context: ProvidersContext,
  current: StoredProvider,
  given: string | null | undefined,
): Promise<string | undefined> {
  if (given === undefined) return current.baseUrl;
  return given === null ? undefined : checkBaseUrl(guardOf(context, current.accountId), given);
}

function newKey(
  { secrets }: ProvidersContext,
  { accountId, id, apiKeySealed }: StoredProvider,
  given: string | null | undefined,
): string | null {
  if (given === undefined) return apiKeySealed;
  return given === null ? null : secrets.seal(checkApiKey(given), keyPlace(accountId, id));
}

async function find(
  { store }: ProvidersContext,
  accountId: string,
  providerId: string,
  options: SaveOptions = {},
): Promise<StoredProvider> {
  const provider = await store.findProvider(accountId, providerId);
  if (!provider) throw providerNotFound(providerId);
  if (!isAsRead(provider, options)) throw providerChanged();
  return provider;
}

function providerNotFound(providerId: string) {
  return commonErrors.not_found(`There is no provider '${providerId}'.`);
}

function providerChanged() {
  return providerErrors.provider_changed(
    'Somebody else has saved this provider since it was read. Read it again (GET), repeat the change, and send the new ETag in If-Match.',
  );
}
