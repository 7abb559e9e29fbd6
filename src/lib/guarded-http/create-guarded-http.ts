import { firstSignal } from '../first-signal.ts';
import { parseAllowedHosts } from './allowed-hosts.ts';
import { cleanHeaders } from './clean-headers.ts';
import { ACCEPTED_ENCODINGS, decodeBody } from './decode-body.ts';
import { errorOf, forbidden } from './error-of.ts';
import { egressErrors } from './errors.ts';
import { type ExchangeOptions, exchange, type Incoming, isRedirect, type Outgoing } from './exchange.ts';
import { createGuardedConnector, Forbidden, NoAddress, vetTarget } from './guarded-connector.ts';
import { parseUrl } from './parse-url.ts';
import { followRedirect } from './redirect.ts';
import type { GuardedHttp, GuardedHttpOptions, GuardedRequest, GuardedResponse } from './types.ts';

const DEFAULT_LIMITS = {
  connectTimeoutMs: 5_000,
  headersTimeoutMs: 15_000,
  idleTimeoutMs: 15_000,
  totalTimeoutMs: 60_000,
  maxBytes: 5 * 1024 * 1024,
  maxRatio: 100,
};
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_REDIRECTS = 3;
const MAX_REDIRECTS = 5;

/** See GuardedHttp for what it guarantees. */
export function createGuardedHttp(options: GuardedHttpOptions): GuardedHttp {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const connection = {
    allowed: parseAllowedHosts(options.allowHosts),
    resolve: options.resolve,
    connectTimeoutMs: limits.connectTimeoutMs,
  };
  const connector = createGuardedConnector(connection);

  return {
    async request(request) {
      const first = outgoingOf(request);
      const maxBytes = Math.min(request.maxBytes ?? limits.maxBytes, limits.maxBytes);
      const timeoutMs = Math.min(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, limits.totalTimeoutMs);
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), timeoutMs);
      const { signal, release } = firstSignal(deadline.signal, ...(request.signal ? [request.signal] : []));
      try {
        const { reply, url } = await converseAlong(first, request, {
          ...limits,
          connector,
          maxBytes,
          signal,
        });
        const encoding = reply.headers.get('content-encoding') ?? '';
        const body = await decodeBody(reply.wire, encoding, { maxBytes, maxRatio: limits.maxRatio });
        return responseOf(reply, body, url);
      } catch (cause) {
        request.signal?.throwIfAborted();
        throw errorOf(cause, deadline.signal.aborted);
      } finally {
        clearTimeout(timer);
        release();
      }
    },

    async vet(text) {
      const url = parseUrl(text);
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => late.reject(new NoAddress('no address in time')),
        limits.connectTimeoutMs,
      );
      try {
        await Promise.race([vetTarget(url, connection), late.promise]);
      } catch (cause) {
        throw cause instanceof Forbidden ? forbidden(cause, url) : errorOf(cause, false);
      } finally {
        clearTimeout(timer);
      }
    },

    allowing: (hosts) => createGuardedHttp({ ...options, allowHosts: [...options.allowHosts, ...hosts] }),
  };
}

function outgoingOf(request: GuardedRequest): Outgoing {
  const headers = cleanHeaders(request.headers ?? {});
  if (!headers.has('user-agent')) headers.set('user-agent', 'Muster');
  headers.set('accept-encoding', ACCEPTED_ENCODINGS);
  const method = request.method ?? 'GET';
  if (request.body !== undefined && (method === 'GET' || method === 'HEAD')) {
    throw egressErrors.egress_invalid_url(`A ${method} request has no body.`, { field: 'body' });
  }
  return { url: parseUrl(request.url), method, headers, body: request.body };
}

/** Sends, and follows redirects as far as they may be followed. */
async function converseAlong(
  first: Outgoing,
  { allowUrl, maxRedirects = DEFAULT_REDIRECTS }: GuardedRequest,
  options: ExchangeOptions,
): Promise<{ readonly reply: Incoming; readonly url: URL }> {
  let left = Math.min(maxRedirects, MAX_REDIRECTS);
  let outgoing = first;
  for (;;) {
    if (allowUrl && !allowUrl(outgoing.url)) {
      throw egressErrors.egress_failed(
        'The request, or a redirect of it, leads to a host that is not allowed.',
      );
    }
    const reply = await exchange(outgoing, options);
    const location = isRedirect(reply.status) ? reply.headers.get('location') : null;
    if (location === null || maxRedirects === 0) return { reply, url: outgoing.url };
    if (left-- === 0) throw egressErrors.egress_failed('The other side redirects too often.');
    outgoing = followRedirect(outgoing, reply.status, location);
  }
}

/** Speak of the transport, or of a body that is decoded by now. */
const TRANSPORT_HEADERS = [
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
];

function responseOf({ status, headers }: Incoming, body: Buffer, url: URL): GuardedResponse {
  for (const name of TRANSPORT_HEADERS) headers.delete(name);
  return { status, headers, body, finalUrl: url.href };
}
