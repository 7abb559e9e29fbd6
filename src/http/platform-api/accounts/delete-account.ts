import { Type } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findAccount } from './find-account.ts';
import { DeleteAccountBody, WHAT_GOES } from './schema.ts';

export function deleteAccount(app: App, deps: Pick<PlatformApiDeps, 'accounts' | 'deleteAccount'>): void {
  app.route({
    method: 'DELETE',
    url: '/accounts/:id',
    config: { role: 'operator', find: findAccount(deps.accounts), replies: { 409: {} } },
    schema: {
      summary: 'Delete an account of the server with all that it holds',
      description: `${WHAT_GOES} The account that runs the server cannot be deleted (409).`,
      tags: ['Accounts'],
      params: IdParams,
      body: DeleteAccountBody,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const by = { by: actorOf(request), ofAccountId: requireUser(request).accountId };
      await deps.deleteAccount(request.params.id, request.body.confirm, by);
      return reply.code(204).send(null);
    },
  });
}
