import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { type DescribeDeps, describeAgent } from './describe-agent.ts';
import { findAgent } from './find-agent.ts';
import { ifMatchVersion, versionTag } from './if-match.ts';
import { AgentBody, AgentDetails } from './schema.ts';
import { toInput } from './to-input.ts';

export function updateAgent(app: App, deps: Pick<PlatformApiDeps, 'agents'> & DescribeDeps): void {
  for (const method of ['PUT', 'PATCH'] as const) {
    app.route({
      method,
      url: '/agents/:id',
      config: { role: 'editor', find: findAgent(deps), hasTag: true },
      schema: {
        summary: 'Change an agent',
        description:
          'In force with the next call. What is left out stays, null sets the default; each change is a new version. `If-Match: <version>` refuses (409) when somebody else saved in between.',
        tags: ['Agents'],
        params: IdParams,
        body: AgentBody,
        response: { 200: AgentDetails },
      },
      handler: async (request, reply) => {
        const { accountId, userId } = requireUser(request);
        const { id } = request.params;
        const options = { ifVersion: ifMatchVersion(request), savedBy: userId };
        const agent = await deps.agents.updateAgent(accountId, id, toInput(request.body), options);
        return reply
          .header('etag', versionTag(agent.version))
          .send(await describeAgent(deps, accountId, agent));
      },
    });
  }
}
