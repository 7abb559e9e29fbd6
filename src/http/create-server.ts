import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import { commonErrors } from '../lib/errors.ts';
import type { Ids } from '../lib/ids.ts';
import { parseJson } from '../lib/json.ts';
import type { Logger } from '../lib/logger.ts';
import type { Admission } from '../limits/index.ts';
import { errorBody, sendError, toMusterError } from './error-reply.ts';
import { refuseWrites } from './maintenance.ts';
import { refuseOverload } from './refuse-overload.ts';
import { cutStalledReaders } from './stalled-readers.ts';
import type { App } from './types.ts';
import { answerUnreadable } from './unreadable-request.ts';
import { createUpgrades } from './upgrades.ts';
import { createValidatorCompiler } from './validator-compiler.ts';

const MEGABYTE = 1024 * 1024;
/** Streams and sockets wait for long; past this, new connections are closed rather than all become slow. */
const MAX_CONNECTIONS = 20_000;
const JSON_TYPE = 'application/json; charset=utf-8';
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** On every reply. A page says itself what else it may do; a stream, how it is cached. */
const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

export interface ServerOptions {
  readonly ids: Ids;
  readonly logger: Logger;
  readonly trustProxy: boolean;
  /** Refuse what writes or spends. */
  readonly maintenance?: boolean;
  /** Without it nothing is refused for overload. */
  readonly admission?: Admission;
}

/**
 * The HTTP server without any API: request ids, JSON bodies, errors, bounds. The APIs are registered on it as plugins
 * and bring their own error style.
 */
export function createServer({
  ids,
  logger,
  trustProxy,
  maintenance = false,
  admission,
}: ServerOptions): App {
  const upgrades = createUpgrades({ maintenance, admission });
  const app = fastify({
    http: {
      shouldUpgradeCallback: upgrades.wants,
      headersTimeout: 15_000,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: 16 * 1024,
    },
    clientErrorHandler: answerUnreadable(ids),
    frameworkErrors: (thrown, request, reply) => {
      const error = toMusterError(thrown, request.id, logger);
      const style = request.url.startsWith('/api/agents/') ? 'openai' : 'platform';
      const headers = { ...SAFE_HEADERS, 'x-request-id': request.id, 'content-type': JSON_TYPE };
      reply.hijack();
      reply.raw.writeHead(error.status, headers).end(JSON.stringify(errorBody(error, style, request.id)));
    },
    logger: false,
    trustProxy,
    genReqId: () => ids.next('req_'),
    bodyLimit: 2 * MEGABYTE,
    // Slow senders are cut off; uploads get longer on their own route.
    requestTimeout: 120_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.server.maxConnections = MAX_CONNECTIONS;
  cutStalledReaders(app.server);
  upgrades.attach(app.server);
  app.decorate('upgrades', upgrades);

  app.decorateRequest('principal', undefined);
  app.decorateRequest('endingsAtAdmission', 0);
  app.decorateRequest('admittedAt', 0);
  app.decorateRequest('claim', undefined);
  app.setValidatorCompiler(createValidatorCompiler());
  // Replies are typed by their schemas and made field by field, so that there is nothing to strip from them.
  app.setSerializerCompiler(() => JSON.stringify);
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
    reply.headers(SAFE_HEADERS);
  });
  // The server itself speaks no TLS: only a proxy that is trusted says that there was some.
  if (trustProxy) {
    app.addHook('onRequest', async (request, reply) => {
      if (request.protocol === 'https')
        reply.header('strict-transport-security', `max-age=${YEAR_SECONDS}; includeSubDomains`);
    });
  }
  if (admission) refuseOverload(app, admission);
  if (maintenance) refuseWrites(app);
  useErrorStyle(app, 'platform', logger);
  return app;
}

/** Makes errors of a plugin's routes, and unknown routes under its prefix, answer in one of the two bodies. */
export function useErrorStyle(app: App, style: 'openai' | 'platform', logger: Logger): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = toMusterError(thrown, request.id, logger);
    // Closing while a body is still coming resets the connection, and the sender never reads why. Kept, the rest is
    // taken in and dropped, for as long as a request may take.
    if (error.status === 413) reply.removeHeader('connection');
    return sendError(reply, error, style);
  });
  app.setNotFoundHandler((request, reply) => {
    // What an SDK asks for whose base URL has the server's name alone before the version.
    const hint = request.url.startsWith('/v1/')
      ? " The base URL of OpenAI's API is /api/agents/v1 here."
      : '';
    const error = commonErrors.not_found(
      `There is no ${request.method} ${request.url.split('?')[0]}.${hint}`,
    );
    return reply.code(404).send(errorBody(error, style, request.id));
  });
}
