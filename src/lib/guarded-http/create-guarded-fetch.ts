import type { Dispatcher } from '../undici/index.ts';
import { cleanHeaders } from './clean-headers.ts';
import { tooLarge } from './decode-body.ts';
import { errorOf } from './error-of.ts';
import { createGuardedDispatcher } from './guarded-dispatcher.ts';
import { parseUrl } from './parse-url.ts';
import type { GuardedFetchOptions } from './types.ts';

const DEFAULT_MAX_BYTES = 20 * 1024 * 1024;
const HEADERS_TIMEOUT_MS = 60_000;
/** Servers that push events say something at least that often. */
const IDLE_TIMEOUT_MS = 5 * 60_000;
const WITHOUT_BODY = new Set([204, 205, 304]);

export interface GuardedFetch extends AsyncDisposable {
  /**
   * As the global one for libraries that bring their own protocol, with the guard of GuardedHttp: every connection is
   * checked, the form of the address too, the reply is bounded in size and not decompressed. A redirect is the reply: it
   * is not followed. Takes no bodies but texts. Rejects with the errors of GuardedHttp.request, or the signal's reason.
   */
  readonly fetch: (input: string | URL, init?: RequestInit) => Promise<Response>;
}

/** Keeps connections for reuse until it is disposed of, so make one for each set of credentials. */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const { maxBytes = DEFAULT_MAX_BYTES, ...rest } = options;
  const dispatcher = createGuardedDispatcher({
    pool: { connections: 8, headersTimeout: HEADERS_TIMEOUT_MS, bodyTimeout: IDLE_TIMEOUT_MS },
    ...rest,
  });
  return {
    async fetch(input, { method = 'GET', headers, body, signal } = {}) {
      const url = parseUrl(String(input));
      if (typeof body !== 'string' && body !== undefined && body !== null) {
        throw new TypeError('A guarded fetch sends texts only');
      }
      const clean = cleanHeaders(Object.fromEntries(new Headers(headers)));
      if (!clean.has('user-agent')) clean.set('user-agent', 'Muster');
      clean.set('accept-encoding', 'identity');
      try {
        const reply = await dispatcher.request({
          origin: url.origin,
          path: url.pathname + url.search,
          // undici knows more methods than its type; whatever is not one is refused on the other side.
          method: method as Dispatcher.HttpMethod,
          headers: Object.fromEntries(clean),
          body: body ?? null,
          ...(signal && { signal }),
        });
        return responseOf(reply, maxBytes);
      } catch (cause) {
        signal?.throwIfAborted();
        throw errorOf(cause, false);
      }
    },
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy();
    },
  };
}

function responseOf(
  { statusCode: status, headers: given, body }: Dispatcher.ResponseData,
  maxBytes: number,
): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    for (const line of Array.isArray(value) ? value : [value ?? '']) headers.append(name, line);
  }
  if (WITHOUT_BODY.has(status)) {
    body.resume();
    return new Response(null, { status, headers });
  }
  // Whoever reads is told of it; if nobody does, nobody has to know.
  body.on('error', () => undefined);
  let length = 0;
  const chunks = body[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) return controller.close();
        // The stream has no encoding and is not in object mode: its chunks are Buffers.
        if (!Buffer.isBuffer(value)) throw new TypeError('the reply is not made of bytes');
        length += value.length;
        if (length > maxBytes) {
          body.destroy();
          throw tooLarge(maxBytes);
        }
        controller.enqueue(value);
      },
      cancel: () => void body.destroy(),
    },
    { highWaterMark: 0 },
  );
  return new Response(stream, { status, headers });
}
