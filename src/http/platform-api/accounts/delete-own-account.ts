import { Type } from 'typebox';
import { isSandboxAccount } from '../../../accounts/index.ts';
import { commonErrors } from '../../../lib/errors.ts';
import { actorOf, requireUser } from '../../principal.ts';
import { forgetSession, sessionCookie } from '../../session-cookie.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { DeleteAccountBody, WHAT_GOES } from './schema.ts';

export function deleteOwnAccount(app: App, deps: Pick<PlatformApiDeps, 'accounts' | 'deleteAccount'>): void {
  app.route({
    method: 'DELETE',
    url: '/account',
    config: { role: 'owner', replies: { 409: {} } },
    schema: {
      summary: 'Delete your account with all that it holds',
      description: `${WHAT_GOES} Export it first (GET /account/export) if you want to keep anything. The account that runs the server cannot be deleted (409).`,
      tags: ['Accounts'],
      body: DeleteAccountBody,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      if (isSandboxAccount(accountId)) {
        throw commonErrors.forbidden(
          'A sandbox goes with its account. Empty it with DELETE /api/v1/sandbox/data, or delete the account with an access token of the account itself.',
        );
      }
      // Whoever runs the server learns of it, since nobody can look into this account's own log afterwards.
      const ofAccountId = await deps.accounts.operatorAccountId();
      const by = { by: actorOf(request), ...(ofAccountId !== undefined && { ofAccountId }) };
      await deps.deleteAccount(accountId, request.body.confirm, by);
      if (sessionCookie(request) !== undefined) forgetSession(request, reply);
      return reply.code(204).send(null);
    },
  });
}
