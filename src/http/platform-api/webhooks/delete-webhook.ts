import { Type } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findWebhook } from './find-webhook.ts';

export function deleteWebhook(app: App, deps: Pick<PlatformApiDeps, 'webhooks'>): void {
  app.route({
    method: 'DELETE',
    url: '/webhooks/:id',
    config: { role: 'admin', find: findWebhook(deps) },
    schema: {
      summary: 'Remove a webhook with its deliveries',
      tags: ['Webhooks'],
      params: IdParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await deps.webhooks.remove(requireUser(request).accountId, request.params.id, actorOf(request));
      return reply.code(204).send(null);
    },
  });
}
