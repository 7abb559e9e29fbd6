import type { ProvidersContext } from './context.ts';
import { isNotConfigured } from './is-not-configured.ts';

/** Whether the account can have this model. A missing price is no obstacle here: it can be set later. */
export async function modelExists(
  { cache, models }: ProvidersContext,
  accountId: string,
  model: string,
): Promise<boolean> {
  const { own } = await cache.get(accountId);
  try {
    models.resolve(model, own);
    return true;
  } catch (error) {
    if (isNotConfigured(error)) return false;
    throw error;
  }
}
