import { isSandboxAccount } from '../accounts/index.ts';
import { type Actor, SYSTEM } from '../audit/index.ts';
import { commonErrors, invalid } from '../lib/errors.ts';
import type { ModelPrice } from '../models/index.ts';
import type { ProvidersContext } from './context.ts';
import { isNotConfigured } from './is-not-configured.ts';
import type { PriceInput, SetPrice } from './types.ts';

const MODEL = /^[\x21-\x7e]{1,200}$/;
/** Far above any price; a price above it is a mistake in the unit. */
const MAX_NANO_USD_PER_MILLION = 1_000_000_000_000_000n;

/**
 * The account's price of a model, in force with the next call. It goes before the price library; 0 is a price. A bare
 * name (`gpt-4`) is stored as the model that it means to the account; `model` of the result says which. What the
 * server's own keys pay for is priced by the operator's account, for all: throws forbidden to others.
 */
export async function setPrice(
  context: ProvidersContext,
  accountId: string,
  model: string,
  input: PriceInput,
  by: Actor = SYSTEM,
): Promise<SetPrice> {
  const id = await fullName(context, accountId, model);
  checkModel(id);
  const isOperators = (await context.operatorAccountId()) === accountId;
  if (!isOperators) await checkIsOwn(context, accountId, id);
  checkAmount('input_usd_per_million', input.inputNanoUsdPerMillion);
  checkAmount('cached_input_usd_per_million', input.cachedInputNanoUsdPerMillion);
  checkAmount('output_usd_per_million', input.outputNanoUsdPerMillion);
  const price: ModelPrice = { ...input, source: 'account' };
  const set = { model: id, price, updatedAt: context.clock.now() };
  await context.db.write([
    context.store.putPrice(accountId, set),
    context.audit.record({
      accountId,
      action: 'price.set',
      by,
      object: { type: 'model', id },
      details: {
        inputNanoUsdPerMillion: String(input.inputNanoUsdPerMillion),
        cachedInputNanoUsdPerMillion: String(input.cachedInputNanoUsdPerMillion),
        outputNanoUsdPerMillion: String(input.outputNanoUsdPerMillion),
      },
    }),
  ]);
  if (isOperators) context.cache.forgetAll();
  else context.cache.forget(accountId);
  return set;
}

/** From the next call on the library's price counts again. Throws not_found when none was set. */
export async function removePrice(
  context: ProvidersContext,
  accountId: string,
  model: string,
  by: Actor = SYSTEM,
): Promise<void> {
  const { db, store, cache, audit } = context;
  // It may have been set under the bare name, before there was a provider for it.
  for (const id of new Set([await fullName(context, accountId, model), model])) {
    const line = audit.record({ accountId, action: 'price.removed', by, object: { type: 'model', id } });
    const written = await db.write([store.deletePrice(accountId, id), line]);
    if (!written.ok) continue;
    // It may have been the operator's, which counts for all.
    cache.forgetAll();
    return;
  }
  throw commonErrors.not_found(`No price is set for the model '${model.slice(0, 200)}'.`);
}

/** In a sandbox a price is there to be looked at; nothing is billed by it. */
async function checkIsOwn({ cache }: ProvidersContext, accountId: string, id: string): Promise<void> {
  if (isSandboxAccount(accountId)) return;
  const { own } = await cache.get(accountId);
  if (own.some(({ name, models }) => id.startsWith(`${name}/`) || models?.includes(id))) return;
  throw commonErrors.forbidden(
    `The model '${id.slice(0, 200)}' is not served by a provider of your account. What this server's own keys pay for is priced by its operator; you set prices for models of providers that you added (POST /api/v1/providers).`,
  );
}

/** The id of the model that a name means to the account; the name itself when it means none yet. */
async function fullName(
  { cache, models }: ProvidersContext,
  accountId: string,
  name: string,
): Promise<string> {
  const { own } = await cache.get(accountId);
  try {
    return models.resolve(name, own).info.id;
  } catch (error) {
    if (isNotConfigured(error)) return name;
    throw error;
  }
}

export function listPrices({ store }: ProvidersContext, accountId: string): Promise<SetPrice[]> {
  return store.listPrices(accountId);
}

function checkModel(model: string): void {
  if (!MODEL.test(model)) throw invalid('id', 'must be the id of a model, such as openai/gpt-4o');
  if (model === 'sandbox') throw invalid('id', 'the built-in model is free and stays so');
}

function checkAmount(field: string, amount: bigint): void {
  if (amount < 0n || amount > MAX_NANO_USD_PER_MILLION) {
    throw invalid(field, 'must be from 0 to 1,000,000 US dollars per million tokens');
  }
}
