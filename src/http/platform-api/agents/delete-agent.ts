import { Type } from 'typebox';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findAgent } from './find-agent.ts';
import { ifMatchVersion } from './if-match.ts';

export function deleteAgent(app: App, deps: Pick<PlatformApiDeps, 'agents' | 'knowledge'>): void {
  app.route({
    method: 'DELETE',
    url: '/agents/:id',
    config: { role: 'editor', find: findAgent(deps), hasTag: true },
    schema: {
      summary: 'Delete an agent with its documents',
      description:
        'It cannot be called from now on. Conversations and usage stay. `If-Match: <version>` refuses (409) when somebody else saved it in between.',
      tags: ['Agents'],
      params: IdParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      await deps.agents.deleteAgent(accountId, request.params.id, { ifVersion: ifMatchVersion(request) });
      await deps.knowledge.deleteAgentDocuments(accountId, request.params.id);
      return reply.code(204).send(null);
    },
  });
}
