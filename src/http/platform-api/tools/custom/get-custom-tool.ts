import { requireUser } from '../../../principal.ts';
import type { App } from '../../../types.ts';
import type { PlatformApiDeps } from '../../deps.ts';
import { IdParams } from '../../schemas.ts';
import { findCustomTool } from './find-custom-tool.ts';
import { CustomToolReply, toCustomTool } from './schema.ts';

export function getCustomTool(app: App, deps: Pick<PlatformApiDeps, 'tools'>): void {
  app.route({
    method: 'GET',
    url: '/tools/custom/:id',
    config: { role: 'viewer', find: findCustomTool(deps) },
    schema: {
      summary: 'Show an HTTP tool',
      tags: ['Tools'],
      params: IdParams,
      response: { 200: CustomToolReply },
    },
    handler: async (request) =>
      toCustomTool(await deps.tools.custom.get(requireUser(request).accountId, request.params.id)),
  });
}
