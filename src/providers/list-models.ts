import type { ListedModel } from '../models/index.ts';
import type { ProvidersContext } from './context.ts';

/** The catalogue as the account sees it: its own providers and prices included, what can be called first. */
export async function listModels(
  { cache, models }: ProvidersContext,
  accountId: string,
): Promise<readonly ListedModel[]> {
  const { own, priceOf } = await cache.get(accountId);
  const names = new Set(own.map(({ name }) => name));
  return models.list(own).map((model) => {
    const { provider } = model.info;
    const servedBy = provider === 'sandbox' ? 'built-in' : names.has(provider) ? 'account' : 'server';
    return { ...model, price: priceOf({ ...model, servedBy }) };
  });
}
