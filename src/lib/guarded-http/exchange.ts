import { type buildConnector, Client } from '../undici/index.ts';
import { tooLarge } from './decode-body.ts';
import { ConnectFailure } from './guarded-connector.ts';
import type { GuardedMethod } from './types.ts';

export interface ExchangeOptions {
  readonly connector: buildConnector.connector;
  readonly headersTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface Outgoing {
  readonly url: URL;
  readonly method: GuardedMethod;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string | Uint8Array | undefined;
}

/** A reply as it came over the wire, still compressed. */
export interface Incoming {
  readonly status: number;
  readonly headers: Headers;
  readonly wire: Buffer;
}

/**
 * One request on a connection of its own, which is gone when this settles: no socket is ever shared between accounts, or
 * kept for a name whose address may have changed. The body of a redirect is not read.
 */
export async function exchange(outgoing: Outgoing, options: ExchangeOptions): Promise<Incoming> {
  const { signal } = options;
  signal.throwIfAborted();
  const client = new Client(outgoing.url.origin, {
    connect: options.connector,
    pipelining: 0,
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.idleTimeoutMs,
  });
  let connected = false;
  client.once('connect', () => {
    connected = true;
  });
  const ended = Promise.withResolvers<never>();
  // Before a connection stands, "silent" must look like "closed" and "forbidden".
  const end = () => ended.reject(connected ? signal.reason : new ConnectFailure('no connection in time'));
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([converse(client, outgoing, options.maxBytes), ended.promise]);
  } finally {
    signal.removeEventListener('abort', end);
    // Not awaited: a resolver that hangs would keep it waiting. It cannot fail for lack of a callback.
    void client.destroy();
  }
}

async function converse(client: Client, outgoing: Outgoing, maxBytes: number): Promise<Incoming> {
  const { url, method, headers, body } = outgoing;
  const reply = await client.request({
    path: url.pathname + url.search,
    method,
    headers: Object.fromEntries(headers),
    body: body ?? null,
  });
  const incoming = { status: reply.statusCode, headers: headersOf(reply.headers) };
  if (isRedirect(incoming.status)) return { ...incoming, wire: Buffer.alloc(0) };
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of reply.body) {
    // The stream has no encoding and is not in object mode: its chunks are Buffers.
    if (!Buffer.isBuffer(chunk)) throw new TypeError('the reply is not made of bytes');
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return { ...incoming, wire: Buffer.concat(chunks, length) };
}

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function headersOf(given: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    for (const line of Array.isArray(value) ? value : [value ?? '']) headers.append(name, line);
  }
  return headers;
}
