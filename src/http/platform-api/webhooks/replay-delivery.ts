import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { findDelivery } from './find-webhook.ts';
import { DeliveryParams, DeliveryReply, toDelivery } from './schema.ts';

export function replayDelivery(app: App, deps: Pick<PlatformApiDeps, 'webhooks'>): void {
  app.route({
    method: 'POST',
    url: '/webhooks/:id/deliveries/:delivery_id/replay',
    config: { role: 'admin', find: findDelivery(deps) },
    schema: {
      summary: 'Send a message again',
      description:
        'A new delivery of the same message, under the same webhook-id: a receiver that has had it can tell.',
      tags: ['Webhooks'],
      params: DeliveryParams,
      response: { 202: DeliveryReply },
    },
    handler: async (request, reply) => {
      const { id, delivery_id: deliveryId } = request.params;
      const made = await deps.webhooks.replay(requireUser(request).accountId, id, deliveryId);
      return reply.code(202).send(toDelivery(made));
    },
  });
}
