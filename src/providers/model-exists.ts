import { MusterError } from '../lib/errors.ts';
import { modelErrors } from '../models/index.ts';
import type { ProvidersContext } from './context.ts';

/** Whether the account can have this model. A missing price is no obstacle here: it can be set later. */
export async function modelExists(
  { cache, source }: ProvidersContext,
  accountId: string,
  model: string,
): Promise<boolean> {
  const { own } = await cache.get(accountId);
  try {
    source.resolve(model, own);
    return true;
  } catch (error) {
    if (error instanceof MusterError && error.code === modelErrors.model_not_configured.code) return false;
    throw error;
  }
}
