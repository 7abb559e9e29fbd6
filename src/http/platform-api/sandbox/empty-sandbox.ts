import { Type } from 'typebox';
import { sandboxIdOf } from '../../../accounts/index.ts';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function emptySandbox(app: App, deps: Pick<PlatformApiDeps, 'emptySandbox'>): void {
  app.route({
    method: 'DELETE',
    url: '/sandbox/data',
    config: { role: 'admin' },
    schema: {
      summary: 'Delete all that is in the sandbox',
      description:
        'With a token of the account or of its sandbox. Running jobs are stopped. The credentials of the sandbox stay good; the account itself is not touched.',
      tags: ['Sandbox'],
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const { homeAccountId, accountId } = requireUser(request);
      await deps.emptySandbox(sandboxIdOf(accountId), actorOf(request), homeAccountId);
      return reply.code(204).send(null);
    },
  });
}
