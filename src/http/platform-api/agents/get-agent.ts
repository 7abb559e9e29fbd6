import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { type DescribeDeps, describeAgent } from './describe-agent.ts';
import { findAgent } from './find-agent.ts';
import { versionTag } from './if-match.ts';
import { AgentDetails } from './schema.ts';

export function getAgent(app: App, deps: Pick<PlatformApiDeps, 'agents'> & DescribeDeps): void {
  app.route({
    method: 'GET',
    url: '/agents/:id',
    config: { role: 'viewer', find: findAgent(deps), hasTag: true },
    schema: {
      summary: 'One agent',
      description:
        'With what has been spent of its caps, calls under way not counted yet, and what keeps its model from being called.',
      tags: ['Agents'],
      params: IdParams,
      response: { 200: AgentDetails },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      const agent = await deps.agents.getAgent(accountId, request.params.id);
      return reply
        .header('etag', versionTag(agent.version))
        .send(await describeAgent(deps, accountId, agent));
    },
  });
}
