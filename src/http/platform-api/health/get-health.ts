import { Type } from 'typebox';
import type { App } from '../../types.ts';
import type { HealthDeps } from './health-api.ts';

export function getHealth(app: App, { version }: HealthDeps): void {
  app.route({
    method: 'GET',
    url: '/health',
    config: { role: 'public' },
    schema: {
      summary: 'Whether the process is alive',
      tags: ['Health'],
      response: { 200: Type.Object({ status: Type.Literal('ok'), version: Type.String() }) },
    },
    handler: async () => ({ status: 'ok' as const, version }),
  });
}
