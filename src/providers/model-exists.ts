import { isSandboxAccount } from '../accounts/index.ts';
import { MusterError } from '../lib/errors.ts';
import type { ProvidersContext } from './context.ts';
import { isNotConfigured } from './is-not-configured.ts';

/** Whether the account can call this model now. A missing price is no obstacle here: it can be set later. */
export async function modelExists(
  { cache, models }: ProvidersContext,
  accountId: string,
  model: string,
): Promise<boolean> {
  // In a sandbox every name stands for the built-in model.
  if (isSandboxAccount(accountId)) return true;
  const { own } = await cache.get(accountId);
  try {
    models.resolve(model, own);
    return true;
  } catch (error) {
    if (isNotConfigured(error)) return false;
    throw error;
  }
}

/**
 * Whether an agent may be given this model: it can be called now, or could be once its provider has a key. Setting up
 * agents must not wait for keys; until there is one, the agent's status says so and its calls explain what is missing.
 */
export async function modelKnown(
  { cache, models }: ProvidersContext,
  accountId: string,
  model: string,
): Promise<boolean> {
  if (isSandboxAccount(accountId)) return true;
  const { own } = await cache.get(accountId);
  try {
    models.resolve(model, own);
    return true;
  } catch (error) {
    if (error instanceof MusterError && isNotConfigured(error))
      return error.details.facts?.setting !== undefined;
    throw error;
  }
}
