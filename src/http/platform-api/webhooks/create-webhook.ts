import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { CreateWebhookBody, toWebhook, WebhookSecretReply } from './schema.ts';

export function createWebhook(app: App, { webhooks }: Pick<PlatformApiDeps, 'webhooks'>): void {
  app.route({
    method: 'POST',
    url: '/webhooks',
    config: { role: 'admin' },
    schema: {
      summary: 'Have events sent to an address',
      description:
        'Deliveries are signed as standardwebhooks.com has it. The secret is in this reply and never again.',
      tags: ['Webhooks'],
      body: CreateWebhookBody,
      response: { 201: WebhookSecretReply },
    },
    handler: async (request, reply) => {
      const { enabled: isEnabled, ...input } = request.body;
      const { accountId } = requireUser(request);
      const made = await webhooks.create(accountId, { ...input, isEnabled }, actorOf(request));
      return reply.code(201).send({ ...toWebhook(made.webhook), secret: made.secret });
    },
  });
}
