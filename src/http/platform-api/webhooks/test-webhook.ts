import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findWebhook } from './find-webhook.ts';
import { toWholeDelivery, WholeDeliveryReply } from './schema.ts';

export function testWebhook(app: App, deps: Pick<PlatformApiDeps, 'webhooks'>): void {
  app.route({
    method: 'POST',
    url: '/webhooks/:id/test',
    config: { role: 'admin', find: findWebhook(deps) },
    schema: {
      summary: 'Send a test message and see what the receiver answers',
      description: 'The event is webhook.test. It is sent once, to a disabled webhook too.',
      tags: ['Webhooks'],
      params: IdParams,
      response: { 200: WholeDeliveryReply },
    },
    handler: async (request) =>
      toWholeDelivery(await deps.webhooks.test(requireUser(request).accountId, request.params.id)),
  });
}
