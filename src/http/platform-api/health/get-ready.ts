import { Type } from 'typebox';
import { commonErrors } from '../../../lib/errors.ts';
import type { App } from '../../types.ts';
import type { HealthDeps } from './health-api.ts';

const RETRY_MS = 1_000;

export function getReady(app: App, { whyNotReady }: HealthDeps): void {
  app.route({
    method: 'GET',
    url: '/health/ready',
    config: { role: 'public' },
    schema: {
      summary: 'Whether the server takes work now',
      description:
        '503 while it starts, goes down, cannot read or write its database, has no room on its disk or has fallen behind; `details.reason` says which.',
      tags: ['Health'],
      response: { 200: Type.Object({ status: Type.Literal('ready') }) },
    },
    handler: async () => {
      const reason = await whyNotReady();
      if (reason === undefined) return { status: 'ready' as const };
      throw commonErrors.service_unavailable(`The server does not take work at this moment: ${reason}.`, {
        retryAfterMs: RETRY_MS,
        reason,
      });
    },
  });
}
