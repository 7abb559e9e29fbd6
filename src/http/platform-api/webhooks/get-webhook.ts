import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { saveTag } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findWebhook } from './find-webhook.ts';
import { toWebhook, WebhookReply } from './schema.ts';

export function getWebhook(app: App, deps: Pick<PlatformApiDeps, 'webhooks'>): void {
  app.route({
    method: 'GET',
    url: '/webhooks/:id',
    config: { role: 'admin', find: findWebhook(deps), hasTag: true },
    schema: {
      summary: 'One webhook',
      tags: ['Webhooks'],
      params: IdParams,
      response: { 200: WebhookReply },
    },
    handler: async (request, reply) => {
      const webhook = await deps.webhooks.get(requireUser(request).accountId, request.params.id);
      return reply.header('etag', saveTag(webhook)).send(toWebhook(webhook));
    },
  });
}
