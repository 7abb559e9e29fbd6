import { Type } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { anyModel, modelOfPath } from './price-path.ts';
import { ModelParams, ModelPathParams } from './schema.ts';

export function removePrice(app: App, { providers }: Pick<PlatformApiDeps, 'providers'>): void {
  app.route({
    method: 'DELETE',
    url: '/models/:model/price',
    config: { role: 'admin', find: anyModel },
    schema: {
      summary: "Remove the account's price of a model",
      description: "The price library's counts again.",
      tags: ['Models'],
      params: ModelParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await providers.removePrice(requireUser(request).accountId, request.params.model, actorOf(request));
      return reply.code(204).send(null);
    },
  });
  app.route({
    method: 'DELETE',
    url: '/models/*',
    config: { role: 'admin', find: anyModel },
    schema: { hide: true, params: ModelPathParams, response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      await providers.removePrice(
        requireUser(request).accountId,
        modelOfPath(request.params['*']),
        actorOf(request),
      );
      return reply.code(204).send(null);
    },
  });
}
