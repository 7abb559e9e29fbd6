import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { findDelivery } from './find-webhook.ts';
import { DeliveryParams, toWholeDelivery, WholeDeliveryReply } from './schema.ts';

export function getDelivery(app: App, deps: Pick<PlatformApiDeps, 'webhooks'>): void {
  app.route({
    method: 'GET',
    url: '/webhooks/:id/deliveries/:delivery_id',
    config: { role: 'admin', find: findDelivery(deps) },
    schema: {
      summary: 'One delivery with its attempts',
      tags: ['Webhooks'],
      params: DeliveryParams,
      response: { 200: WholeDeliveryReply },
    },
    handler: async (request) => {
      const { id, delivery_id: deliveryId } = request.params;
      return toWholeDelivery(await deps.webhooks.getDelivery(requireUser(request).accountId, id, deliveryId));
    },
  });
}
