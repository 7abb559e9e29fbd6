import type { ServerResponse } from 'node:http';
import type { Limits } from '../limits/index.ts';

/**
 * Counts a stream of the account until its response is over, however it ends. Throws concurrent_streams_limit_reached,
 * which has to come before anything is spent.
 */
export async function countStream(
  limits: Pick<Limits, 'openStream'>,
  accountId: string,
  response: ServerResponse,
): Promise<void> {
  const close = await limits.openStream(accountId);
  // Who has gone meanwhile has no `close` to come.
  if (response.destroyed) close();
  else response.once('close', close);
}
