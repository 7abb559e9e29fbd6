import type { ProvidersContext } from './context.ts';
import type { ListedModel } from './types.ts';

/** The catalogue as the account sees it: its own providers and prices included, what can be called first. */
export async function listModels(
  { cache, source }: ProvidersContext,
  accountId: string,
): Promise<readonly ListedModel[]> {
  const { own, prices } = await cache.get(accountId);
  return source
    .list(own)
    .map((model) => ({ ...model, price: prices.get(model.info.id) ?? model.price }))
    .sort((a, b) => Number(b.available) - Number(a.available) || compare(a.info.id, b.info.id));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
