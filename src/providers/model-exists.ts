import { isSandboxAccount } from '../accounts/index.ts';
import type { MusterError } from '../lib/errors.ts';
import type { ProvidersContext } from './context.ts';
import { isNotConfigured } from './is-not-configured.ts';

/** Whether the account can call this model now. A missing price is no obstacle here: it can be set later. */
export async function modelExists(
  context: ProvidersContext,
  accountId: string,
  model: string,
): Promise<boolean> {
  return (await whyNotConfigured(context, accountId, model)) === undefined;
}

/**
 * Whether an agent may be given this model: it can be called now, or could be once its provider has a key. Setting up
 * agents must not wait for keys; until there is one, the agent's status says so and its calls explain what is missing.
 */
export async function modelKnown(
  context: ProvidersContext,
  accountId: string,
  model: string,
): Promise<boolean> {
  const obstacle = await whyNotConfigured(context, accountId, model);
  return obstacle === undefined || obstacle.details.facts?.setting !== undefined;
}

async function whyNotConfigured(
  { cache, models }: ProvidersContext,
  accountId: string,
  model: string,
): Promise<MusterError | undefined> {
  // In a sandbox every name stands for the built-in model.
  if (isSandboxAccount(accountId)) return undefined;
  const { own } = await cache.get(accountId);
  try {
    models.resolve(model, own);
    return undefined;
  } catch (error) {
    if (isNotConfigured(error)) return error;
    throw error;
  }
}
