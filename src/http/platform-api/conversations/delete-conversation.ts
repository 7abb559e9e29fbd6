import { Type } from 'typebox';
import { commonErrors } from '../../../lib/errors.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findConversation } from './find-conversation.ts';

export function deleteConversation(app: App, deps: Pick<PlatformApiDeps, 'runs'>): void {
  app.route({
    method: 'DELETE',
    url: '/conversations/:id',
    config: { role: 'admin', find: findConversation(deps) },
    schema: {
      summary: 'Delete a conversation with all that was said',
      description: 'What it cost stays on the usage log.',
      tags: ['Conversations'],
      params: IdParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const deleted = await deps.runs.threads.deleteConversation(requireUser(request).accountId, id);
      if (!deleted) throw commonErrors.not_found(`There is no conversation '${id}'.`);
      return reply.code(204).send(null);
    },
  });
}
