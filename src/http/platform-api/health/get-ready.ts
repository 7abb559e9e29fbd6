import { Type } from 'typebox';
import { commonErrors } from '../../../lib/errors.ts';
import type { App } from '../../types.ts';
import type { HealthDeps } from './health-api.ts';

const RETRY_MS = 1_000;

export function getReady(app: App, { isReady }: HealthDeps): void {
  app.route({
    method: 'GET',
    url: '/health/ready',
    config: { role: 'public' },
    schema: {
      summary: 'Whether the server takes work now',
      description: '503 while it starts, goes down or cannot reach its database.',
      tags: ['Health'],
      response: { 200: Type.Object({ status: Type.Literal('ready') }) },
    },
    handler: async () => {
      if (await isReady()) return { status: 'ready' as const };
      throw commonErrors.service_unavailable('The server does not take work at this moment.', {
        retryAfterMs: RETRY_MS,
      });
    },
  });
}
