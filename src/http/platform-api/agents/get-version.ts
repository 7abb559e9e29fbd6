import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { findAgent } from './find-agent.ts';
import { VersionEntry, VersionParams } from './schema.ts';
import { toVersion } from './to-agent.ts';

export function getVersion(app: App, deps: Pick<PlatformApiDeps, 'agents'>): void {
  app.route({
    method: 'GET',
    url: '/agents/:id/versions/:version',
    config: { role: 'viewer', find: findAgent(deps) },
    schema: {
      summary: 'One version of an agent',
      tags: ['Agents'],
      params: VersionParams,
      response: { 200: VersionEntry },
    },
    handler: async (request) => {
      const { id, version } = request.params;
      return toVersion(await deps.agents.getVersion(requireUser(request).accountId, id, version));
    },
  });
}
