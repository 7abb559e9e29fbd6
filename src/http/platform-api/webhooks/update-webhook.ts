import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ifMatchSave, saveTag } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findWebhook } from './find-webhook.ts';
import { toWebhook, UpdateWebhookBody, WebhookReply } from './schema.ts';

export function updateWebhook(app: App, deps: Pick<PlatformApiDeps, 'webhooks'>): void {
  app.route({
    method: 'PATCH',
    url: '/webhooks/:id',
    config: { role: 'admin', find: findWebhook(deps), hasTag: true },
    schema: {
      summary: 'Change, disable or enable a webhook',
      description: '`If-Match: <ETag>` refuses (409) when somebody else saved the webhook in between.',
      tags: ['Webhooks'],
      params: IdParams,
      body: UpdateWebhookBody,
      response: { 200: WebhookReply },
    },
    handler: async (request, reply) => {
      const { enabled: isEnabled, ...update } = request.body;
      const { accountId } = requireUser(request);
      const { id } = request.params;
      const changes = { ...update, isEnabled };
      const webhook = await deps.webhooks.update(accountId, id, changes, actorOf(request), {
        ifSavedAt: ifMatchSave(request, 'webhook'),
      });
      return reply.header('etag', saveTag(webhook)).send(toWebhook(webhook));
    },
  });
}
