import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findWebhook } from './find-webhook.ts';
import { toWebhook, UpdateWebhookBody, WebhookReply } from './schema.ts';

export function updateWebhook(app: App, deps: Pick<PlatformApiDeps, 'webhooks'>): void {
  app.route({
    method: 'PATCH',
    url: '/webhooks/:id',
    config: { role: 'admin', find: findWebhook(deps) },
    schema: {
      summary: 'Change, disable or enable a webhook',
      tags: ['Webhooks'],
      params: IdParams,
      body: UpdateWebhookBody,
      response: { 200: WebhookReply },
    },
    handler: async (request) => {
      const { enabled: isEnabled, ...update } = request.body;
      const { accountId } = requireUser(request);
      const { id } = request.params;
      return toWebhook(await deps.webhooks.update(accountId, id, { ...update, isEnabled }, actorOf(request)));
    },
  });
}
