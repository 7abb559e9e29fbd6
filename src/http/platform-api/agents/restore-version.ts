import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { type DescribeDeps, describeAgent } from './describe-agent.ts';
import { findAgent } from './find-agent.ts';
import { ifMatchVersion, versionTag } from './if-match.ts';
import { AgentDetails, VersionParams } from './schema.ts';

export function restoreVersion(app: App, deps: Pick<PlatformApiDeps, 'agents'> & DescribeDeps): void {
  app.route({
    method: 'POST',
    url: '/agents/:id/versions/:version/restore',
    config: { role: 'editor', find: findAgent(deps), hasTag: true },
    schema: {
      summary: 'Make an agent what it was',
      description: 'Saves a new version that equals the old one.',
      tags: ['Agents'],
      params: VersionParams,
      response: { 200: AgentDetails },
    },
    handler: async (request, reply) => {
      const { accountId, userId } = requireUser(request);
      const { id, version } = request.params;
      const options = { ifVersion: ifMatchVersion(request), savedBy: userId };
      const agent = await deps.agents.restoreVersion(accountId, id, version, options);
      return reply
        .header('etag', versionTag(agent.version))
        .send(await describeAgent(deps, accountId, agent));
    },
  });
}
