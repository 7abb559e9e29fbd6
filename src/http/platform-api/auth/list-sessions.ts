import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { takePart } from '../parts.ts';
import { SessionList, SessionQuery, toSession } from './schema.ts';

export function listSessions(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'GET',
    url: '/auth/sessions',
    config: { role: 'viewer' },
    schema: {
      summary: 'Where you are signed in',
      description: 'Your own sessions that still count, of browsers and programs, the last one first.',
      tags: ['Auth'],
      querystring: SessionQuery,
      response: { 200: SessionList },
    },
    handler: async (request) => {
      const user = requireUser(request);
      const { items, total, page } = takePart(await accounts.listSessions(user), request.query);
      return { sessions: items.map((session) => toSession(session, user.sessionId)), total, page };
    },
  });
}
