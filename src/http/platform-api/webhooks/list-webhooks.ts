import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ListQuery } from '../schemas.ts';
import { toWebhook, WebhookList } from './schema.ts';

export function listWebhooks(app: App, { webhooks }: Pick<PlatformApiDeps, 'webhooks'>): void {
  app.route({
    method: 'GET',
    url: '/webhooks',
    config: { role: 'admin' },
    schema: {
      summary: 'List webhooks, the newest first',
      tags: ['Webhooks'],
      querystring: ListQuery,
      response: { 200: WebhookList },
    },
    handler: async (request) => {
      const found = await webhooks.list(requireUser(request).accountId, request.query);
      return { webhooks: found.items.map(toWebhook), total: found.total, page: found.page };
    },
  });
}
