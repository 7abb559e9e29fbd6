import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import { commonErrors } from '../lib/errors.ts';
import type { Ids } from '../lib/ids.ts';
import { parseJson } from '../lib/json.ts';
import type { Logger } from '../lib/logger.ts';
import { errorBody, errorHeaders, toMusterError } from './error-reply.ts';
import type { App } from './types.ts';
import { createUpgrades } from './upgrades.ts';

const MEGABYTE = 1024 * 1024;

export interface ServerOptions {
  readonly ids: Ids;
  readonly logger: Logger;
  readonly trustProxy: boolean;
}

/**
 * The HTTP server without any API: request ids, JSON bodies, errors, bounds. The APIs are registered on it as plugins
 * and bring their own error style.
 */
export function createServer({ ids, logger, trustProxy }: ServerOptions): App {
  const upgrades = createUpgrades();
  const app = fastify({
    http: { shouldUpgradeCallback: upgrades.wants },
    logger: false,
    trustProxy,
    genReqId: () => ids.next('req_'),
    bodyLimit: 2 * MEGABYTE,
    // Slow senders are cut off; uploads get longer on their own route.
    requestTimeout: 120_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
    ajv: {
      customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, allErrors: false },
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.server.headersTimeout = 15_000;
  upgrades.attach(app.server);
  app.decorate('upgrades', upgrades);

  app.decorateRequest('principal', undefined);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : parseJson(String(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
  });
  useErrorStyle(app, 'platform', logger);
  return app;
}

/** Makes errors of a plugin's routes, and unknown routes under its prefix, answer in one of the two bodies. */
export function useErrorStyle(app: App, style: 'openai' | 'platform', logger: Logger): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = toMusterError(thrown, request.id, logger);
    return reply
      .code(error.status)
      .headers(errorHeaders(error))
      .send(errorBody(error, style, request.id));
  });
  app.setNotFoundHandler((request, reply) => {
    const error = commonErrors.not_found(`There is no ${request.method} ${request.url.split('?')[0]}.`);
    return reply.code(404).send(errorBody(error, style, request.id));
  });
}
