import type { ListedModel } from '../models/index.ts';
import type { ProvidersContext } from './context.ts';

/** The catalogue as the account sees it: its own providers and prices included, what can be called first. */
export async function listModels(
  { cache, models }: ProvidersContext,
  accountId: string,
): Promise<readonly ListedModel[]> {
  const { own, prices } = await cache.get(accountId);
  return models.list(own).map((model) => ({ ...model, price: prices.get(model.info.id) ?? model.price }));
}
