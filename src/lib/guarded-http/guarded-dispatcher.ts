import { Agent, type Dispatcher } from '../undici/index.ts';
import { parseAllowedHosts } from './allowed-hosts.ts';
import { createGuardedConnector } from './guarded-connector.ts';
import type { GuardedDispatcherOptions } from './types.ts';

/**
 * An undici dispatcher whose every connection passes the same check as GuardedHttp, for replies that are streamed. It
 * keeps connections for reuse, so make one for each set of credentials that must not meet. It bounds no sizes and does not
 * look at the address's form: check that with `vet` when it is stored. Its failures to connect are ConnectFailure.
 */
export function createGuardedDispatcher(options: GuardedDispatcherOptions): Dispatcher {
  const { allowHosts, resolve, connectTimeoutMs = 5_000, pool = {} } = options;
  return new Agent({
    connect: createGuardedConnector({ allowed: parseAllowedHosts(allowHosts), resolve, connectTimeoutMs }),
    ...pool,
  });
}
