import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ifMatchSave, saveTag } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findWebhook } from './find-webhook.ts';
import { RotateSecretBody, toWebhook, WebhookSecretReply } from './schema.ts';

const HOUR_MS = 3_600_000;
const DEFAULT_OVERLAP_HOURS = 24;

export function rotateSecret(app: App, deps: Pick<PlatformApiDeps, 'webhooks'>): void {
  app.route({
    method: 'POST',
    url: '/webhooks/:id/rotate-secret',
    config: { role: 'admin', find: findWebhook(deps), hasTag: true },
    schema: {
      summary: 'Give a webhook a new secret',
      description:
        'Until the overlap is over each delivery carries two signatures, so that receivers can change their secret at any time in between. `If-Match: <ETag>` refuses (409) when somebody else saved the webhook in between.',
      tags: ['Webhooks'],
      params: IdParams,
      body: RotateSecretBody,
      response: { 200: WebhookSecretReply },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      const overlapMs = (request.body.overlap_hours ?? DEFAULT_OVERLAP_HOURS) * HOUR_MS;
      const { id } = request.params;
      const made = await deps.webhooks.rotateSecret(accountId, id, overlapMs, actorOf(request), {
        ifSavedAt: ifMatchSave(request, 'webhook'),
      });
      const { webhook, secret } = made;
      return reply.header('etag', saveTag(webhook)).send({ ...toWebhook(webhook), secret });
    },
  });
}
