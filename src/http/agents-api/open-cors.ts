import { RATE_HEADERS } from '../rate-limit.ts';
import type { App } from '../types.ts';

const EXPOSED = [
  ...['x-request-id', 'x-conversation-id', 'x-message-id', 'x-muster-sandbox', 'idempotent-replayed'],
  // By these OpenAI's SDKs decide whether they try again, in a browser too.
  ...['retry-after', 'x-should-retry'],
  ...RATE_HEADERS,
].join(', ');
const METHODS = 'GET, POST, PUT, PATCH, DELETE, OPTIONS';
const DAY_SECONDS = '86400';

/**
 * Lets pages of other origins call an API that takes its credential from a header only, so that a browser has nothing to
 * send along by itself. Answers preflights before anything asks for a key. Written out because it is on the path of
 * every call, where the general plugin costs 3 %. `origins` undefined: any.
 */
export function openCors(app: App, origins: readonly string[] | undefined): void {
  const any = origins === undefined || origins.includes('*');
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (any) reply.header('access-control-allow-origin', '*');
    else {
      reply.header('vary', 'Origin');
      if (origin !== undefined && origins.includes(origin))
        reply.header('access-control-allow-origin', origin);
    }
    if (origin !== undefined) reply.header('access-control-expose-headers', EXPOSED);
    if (request.method !== 'OPTIONS') return undefined;
    return reply
      .code(204)
      .headers({
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
        'access-control-max-age': DAY_SECONDS,
      })
      .send();
  });
  app.route({ method: 'OPTIONS', url: '/*', handler: (_request, reply) => reply.code(204).send() });
}
