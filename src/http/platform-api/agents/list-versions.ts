import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams, ListQuery } from '../schemas.ts';
import { findAgent } from './find-agent.ts';
import { VersionList } from './schema.ts';
import { toVersion } from './to-agent.ts';

export function listVersions(app: App, deps: Pick<PlatformApiDeps, 'agents'>): void {
  app.route({
    method: 'GET',
    url: '/agents/:id/versions',
    config: { role: 'viewer', find: findAgent(deps) },
    schema: {
      summary: "List an agent's versions, the newest first",
      tags: ['Agents'],
      params: IdParams,
      querystring: ListQuery,
      response: { 200: VersionList },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const found = await deps.agents.listVersions(accountId, request.params.id, request.query);
      return { versions: found.items.map(toVersion), total: found.total, page: found.page };
    },
  });
}
