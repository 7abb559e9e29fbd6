import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findWebhook } from './find-webhook.ts';
import { DeliveryList, DeliveryQuery, toDelivery } from './schema.ts';

export function listDeliveries(app: App, deps: Pick<PlatformApiDeps, 'webhooks'>): void {
  app.route({
    method: 'GET',
    url: '/webhooks/:id/deliveries',
    config: { role: 'admin', find: findWebhook(deps) },
    schema: {
      summary: 'What was sent to a webhook, the newest first',
      tags: ['Webhooks'],
      params: IdParams,
      querystring: DeliveryQuery,
      response: { 200: DeliveryList },
    },
    handler: async (request) => {
      const { status, event, ...page } = request.query;
      const { accountId } = requireUser(request);
      const { id } = request.params;
      const found = await deps.webhooks.listDeliveries(accountId, id, { status, event }, page);
      return { deliveries: found.items.map(toDelivery), total: found.total, page: found.page };
    },
  });
}
