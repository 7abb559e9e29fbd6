import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findAgent } from './find-agent.ts';
import { versionTag } from './if-match.ts';
import { AgentReply } from './schema.ts';
import { toAgent } from './to-agent.ts';

export function getAgent(app: App, deps: Pick<PlatformApiDeps, 'agents'>): void {
  app.route({
    method: 'GET',
    url: '/agents/:id',
    config: { role: 'viewer', find: findAgent(deps), hasTag: true },
    schema: { summary: 'One agent', tags: ['Agents'], params: IdParams, response: { 200: AgentReply } },
    handler: async (request, reply) => {
      const agent = await deps.agents.getAgent(requireUser(request).accountId, request.params.id);
      return reply.header('etag', versionTag(agent.version)).send(toAgent(agent));
    },
  });
}
