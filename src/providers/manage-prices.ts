import { commonErrors, invalid } from '../lib/errors.ts';
import type { ModelPrice } from '../models/index.ts';
import type { ProvidersContext } from './context.ts';
import type { PriceInput, SetPrice } from './types.ts';

const MODEL = /^[\x21-\x7e]{1,200}$/;
/** Far above any price; a price above it is a mistake in the unit. */
const MAX_NANO_USD_PER_MILLION = 1_000_000_000_000_000n;

/** The account's price of a model, in force with the next call. It goes before the price library; 0 is a price. */
export async function setPrice(
  context: ProvidersContext,
  accountId: string,
  model: string,
  input: PriceInput,
): Promise<ModelPrice> {
  checkModel(model);
  checkAmount('input_usd_per_million', input.inputNanoUsdPerMillion);
  checkAmount('cached_input_usd_per_million', input.cachedInputNanoUsdPerMillion);
  checkAmount('output_usd_per_million', input.outputNanoUsdPerMillion);
  const price: ModelPrice = { ...input, source: 'account' };
  await context.db.write([
    context.store.putPrice(accountId, { model, price, updatedAt: context.clock.now() }),
  ]);
  context.cache.forget(accountId);
  return price;
}

/** From the next call on the library's price counts again. Throws not_found when none was set. */
export async function removePrice(
  context: ProvidersContext,
  accountId: string,
  model: string,
): Promise<void> {
  const written = await context.db.write([context.store.deletePrice(accountId, model)]);
  if (!written.ok) throw commonErrors.not_found(`No price is set for the model '${model.slice(0, 200)}'.`);
  context.cache.forget(accountId);
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
