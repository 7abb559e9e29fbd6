import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import { readUsd } from '../amounts.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { anyModel, modelOfPath } from './price-path.ts';
import { ModelParams, ModelPathParams, PriceBody, PriceReply, toPrice } from './schema.ts';

export function setPrice(app: App, { providers }: Pick<PlatformApiDeps, 'providers'>): void {
  const save = async (request: FastifyRequest, model: string, body: Static<typeof PriceBody>) => {
    const { input_usd_per_million: input, output_usd_per_million: output } = body;
    const cached = body.cached_input_usd_per_million ?? input;
    const { accountId } = requireUser(request);
    const price = {
      inputNanoUsdPerMillion: readUsd('input_usd_per_million', input),
      cachedInputNanoUsdPerMillion: readUsd('cached_input_usd_per_million', cached),
      outputNanoUsdPerMillion: readUsd('output_usd_per_million', output),
    };
    const set = await providers.setPrice(accountId, model, price, actorOf(request));
    return { id: set.model, price: toPrice(set.price) };
  };

  app.route({
    method: 'PUT',
    url: '/models/:model/price',
    config: { role: 'admin', find: anyModel },
    schema: {
      summary: "Set the account's price of a model",
      description: 'In force with the next call; goes before the price library. 0 is a price.',
      tags: ['Models'],
      params: ModelParams,
      body: PriceBody,
      response: { 200: PriceReply },
    },
    handler: (request) => save(request, request.params.model, request.body),
  });
  app.route({
    method: 'PUT',
    url: '/models/*',
    config: { role: 'admin', find: anyModel },
    schema: { hide: true, params: ModelPathParams, body: PriceBody, response: { 200: PriceReply } },
    handler: (request) => save(request, modelOfPath(request.params['*']), request.body),
  });
}
