import type { Accounts, Principal, WidgetGrant, WidgetTokens } from '../../accounts/index.ts';
import type { CallableAgent } from '../../agents/index.ts';
import type { Clock } from '../../lib/clock.ts';
import { commonErrors, MusterError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Limits } from '../../limits/index.ts';
import type { Runs } from '../../runs/index.ts';
import type { OpenRequests } from '../client-gone.ts';
import { useErrorStyle } from '../create-server.ts';
import type { App } from '../types.ts';
import { openVisit } from './open-visit.ts';
import { sendMessage } from './send-message.ts';
import { createVisitorBounds } from './visitor-bounds.ts';

export interface WidgetApiDeps {
  readonly accounts: Pick<Accounts, 'authenticateKeyId'>;
  readonly widgetTokens: WidgetTokens;
  readonly limits: Limits;
  readonly runs: Pick<Runs, 'prepareTurn'>;
  readonly openRequests: OpenRequests;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hasDocuments: (accountId: string, agentId: string) => Promise<boolean>;
  readonly findAgent: (principal: Principal, model: string) => Promise<CallableAgent>;
}

const PREFLIGHT = {
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-max-age': '86400',
};

/** What `widget.js` calls from pages of other origins. Each request shows a token that names the origins it is good for. */
export function widgetApi(deps: WidgetApiDeps): (app: App) => Promise<void> {
  return async (app) => {
    useErrorStyle(app, 'platform', deps.logger);
    // Any page may ask and read the answer; which one is served is the token's to say, and nothing is sent along unasked.
    app.addHook('onRequest', async (request, reply) => {
      reply.header('access-control-allow-origin', '*');
      reply.header('access-control-expose-headers', 'retry-after, x-request-id');
      return request.method === 'OPTIONS' ? reply.code(204).headers(PREFLIGHT).send() : undefined;
    });
    app.route({
      method: 'OPTIONS',
      url: '/*',
      schema: { hide: true },
      handler: (_request, reply) => reply.code(204).send(),
    });
    const count = createVisitorBounds(deps.clock);
    openVisit(app, deps, count);
    sendMessage(app, deps, count);
  };
}

/** The key behind a token; one that is revoked looks to a visitor like any other end. */
export async function keyOf(
  deps: Pick<WidgetApiDeps, 'accounts'>,
  grant: WidgetGrant,
): ReturnType<WidgetApiDeps['accounts']['authenticateKeyId']> {
  try {
    return await deps.accounts.authenticateKeyId(grant.accountId, grant.keyId);
  } catch (error) {
    // What the server can not do for a while says nothing of the key.
    if (!(error instanceof MusterError) || error.status >= 500) throw error;
    throw chatClosed();
  }
}

/** What a visitor is told of a key that is good no more. */
export function chatClosed(): MusterError {
  return commonErrors.forbidden('This chat has been closed by whoever made it.');
}
