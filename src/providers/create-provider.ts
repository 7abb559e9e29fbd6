import { type Actor, SYSTEM } from '../audit/index.ts';
import { DatabaseConflict } from '../db/index.ts';
import { guardOf, type ProvidersContext } from './context.ts';
import { providerErrors } from './errors.ts';
import { keyPlace } from './key-place.ts';
import {
  checkApiKey,
  checkBaseUrl,
  checkComplete,
  checkModels,
  checkProviderName,
} from './provider-rules.ts';
import type { Provider, ProviderInput } from './types.ts';
import { withoutKey } from './without-key.ts';

const MAX_PROVIDERS = 50;

/** Adds a provider to the account; its models can be called at once. Throws provider_name_taken. */
export async function createProvider(
  context: ProvidersContext,
  accountId: string,
  input: ProviderInput,
  by: Actor = SYSTEM,
): Promise<Provider> {
  const { store, secrets, cache } = context;
  const name = checkProviderName(input.name, input.kind);
  if (context.models.serverProviders.includes(name)) {
    throw providerErrors.provider_name_taken(
      `This server has a provider named '${name}' for all accounts. Choose another name, such as 'my-${name}'; its models are then my-${name}/…`,
      { field: 'name' },
    );
  }
  const apiKey = input.apiKey ? checkApiKey(input.apiKey) : undefined;
  const { kind, models = [] } = input;
  const given = { kind, baseUrl: input.baseUrl ?? undefined, hasApiKey: apiKey !== undefined };
  checkComplete(given);
  const checkedModels = checkModels(models);
  const { total } = await store.listProviders(accountId, { page: 1, limit: 1 });
  if (total >= MAX_PROVIDERS) {
    throw providerErrors.provider_limit_reached(`An account has at most ${MAX_PROVIDERS} providers.`);
  }
  const baseUrl =
    given.baseUrl === undefined ? undefined : await checkBaseUrl(guardOf(context, accountId), given.baseUrl);
  const id = context.ids.next('prov_');
  const now = context.clock.now();
  const provider = {
    ...{ id, accountId, name, kind, baseUrl },
    hasApiKey: given.hasApiKey,
    apiKeySealed: apiKey === undefined ? null : secrets.seal(apiKey, keyPlace(accountId, id)),
    models: checkedModels,
    createdAt: now,
    updatedAt: now,
  };
  const line = context.audit.record({
    accountId,
    action: 'provider.created',
    by,
    object: { type: 'provider', id },
    details: { name, kind, baseUrl: baseUrl ?? null, hasApiKey: given.hasApiKey },
  });
  try {
    await context.db.write([store.insertProvider(provider), line]);
  } catch (error) {
    if (!(error instanceof DatabaseConflict)) throw error;
    throw providerErrors.provider_name_taken(`There is a provider named '${name}' already.`, {
      field: 'name',
    });
  }
  cache.forget(accountId);
  return withoutKey(provider);
}
