import type { Clock } from '../../lib/clock.ts';
import type { Environment } from '../command.ts';
import { CommandFailed } from '../failures.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { loadCredentials } from './credentials.ts';
import { DEFAULT_URL, parseServerUrl } from './server-url.ts';
import { fixedSession, storedSession } from './session.ts';

/**
 * The server of MUSTER_URL with MUSTER_TOKEN, or the one that was signed in to. A stored token is never sent to another
 * server than the one that gave it.
 */
export function connect({ env, clock }: { env: Environment; clock: Clock }): ApiClient {
  const wanted = env.MUSTER_URL ? parseServerUrl(env.MUSTER_URL, 'MUSTER_URL') : undefined;
  if (env.MUSTER_TOKEN) return createApiClient(fixedSession(wanted ?? DEFAULT_URL, env.MUSTER_TOKEN));
  const stored = loadCredentials(env);
  if (stored && wanted !== undefined && stored.url !== wanted) {
    throw new CommandFailed(
      `You are signed in at ${stored.url}, not at ${wanted}. Run muster login, or unset MUSTER_URL.`,
    );
  }
  return createApiClient(storedSession(env, clock));
}
