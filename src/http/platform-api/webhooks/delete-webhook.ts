import { Type } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ifMatchSave } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findWebhook } from './find-webhook.ts';

export function deleteWebhook(app: App, deps: Pick<PlatformApiDeps, 'webhooks'>): void {
  app.route({
    method: 'DELETE',
    url: '/webhooks/:id',
    config: { role: 'admin', find: findWebhook(deps), hasTag: true },
    schema: {
      summary: 'Remove a webhook with its deliveries',
      description: '`If-Match: <ETag>` refuses (409) when somebody else saved the webhook in between.',
      tags: ['Webhooks'],
      params: IdParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      await deps.webhooks.remove(accountId, request.params.id, actorOf(request), {
        ifSavedAt: ifMatchSave(request, 'webhook'),
      });
      return reply.code(204).send(null);
    },
  });
}
