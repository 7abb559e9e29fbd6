import type { Static } from 'typebox';
import { isoTime } from '../../../lib/clock.ts';
import type { MemoryItem } from '../../../memory/index.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { findMemory } from './find-memory.ts';
import { MemoryParams, MemoryReply } from './schema.ts';

export function getMemory(app: App, deps: Pick<PlatformApiDeps, 'crews' | 'memory'>): void {
  app.route({
    method: 'GET',
    url: '/memory/:crew_id',
    config: { role: 'viewer', find: findMemory(deps) },
    schema: {
      summary: 'What a crew remembers',
      tags: ['Memory'],
      params: MemoryParams,
      response: { 200: MemoryReply },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const { crew_id: crewId } = request.params;
      const [recent, insights] = await Promise.all([
        deps.memory.read(accountId, crewId, 'short_term'),
        deps.memory.read(accountId, crewId, 'long_term'),
      ]);
      return {
        short_term: recent.map((item) => ({
          timestamp: isoTime(item.createdAt),
          content: item.content,
          job_id: item.jobId,
          user: item.endUser,
        })),
        long_term: byCategory(insights),
      };
    },
  });
}

function byCategory(items: readonly MemoryItem[]): Static<typeof MemoryReply>['long_term'] {
  const groups = Map.groupBy(items, ({ category }) => category);
  return [...groups].map(([category, members]) => ({
    category,
    insights: members.map(({ content }) => content),
    sources: members.map(({ jobId, updatedAt, endUser }) => ({
      job_id: jobId,
      timestamp: isoTime(updatedAt),
      user: endUser,
    })),
  }));
}
