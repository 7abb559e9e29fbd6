import { Type } from 'typebox';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { findMemory } from './find-memory.ts';
import { ClearBody, MemoryParams } from './schema.ts';

export function clearMemory(app: App, deps: Pick<PlatformApiDeps, 'crews' | 'memory'>): void {
  app.route({
    method: 'POST',
    url: '/memory/:crew_id/clear',
    config: { role: 'editor', find: findMemory(deps) },
    schema: {
      summary: 'Make a crew forget',
      description: 'For good: no job that begins after it is told of it.',
      tags: ['Memory'],
      params: MemoryParams,
      body: ClearBody,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      await deps.memory.clear(accountId, request.params.crew_id, request.body.type);
      return reply.code(204).send(null);
    },
  });
}
