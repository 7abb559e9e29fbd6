import type { Dispatcher } from 'undici';
import { exchange } from './exchange.ts';
import type { CallLimits } from './limits.ts';
import { TransportError } from './transport-error.ts';

export interface ProviderFetchOptions {
  readonly dispatcherOf: (url: URL) => Dispatcher;
  readonly limits: CallLimits;
  /** The model may be silent for long before its first word. */
  readonly thinks: boolean;
}

/** Of a stream, what may wait unread before the provider is held back. */
const UNREAD_CHUNKS = 32;

/**
 * A `fetch` for the provider packages, on our pools and within our limits. It does what they use of fetch: POST of a text
 * or bytes, one response, an abort. Rejects with TransportError, also from the response's body.
 */
export function createProviderFetch(options: ProviderFetchOptions): typeof globalThis.fetch {
  return (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const body = bodyOf(init.body);
    return new Promise<Response>((resolve, reject) => {
      const reader = new FetchReader(resolve, reject);
      reader.exchange = exchange(
        options.dispatcherOf(url),
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: init.method ?? 'GET',
          headers: Object.fromEntries(new Headers(init.headers)),
          body,
          signal: init.signal ?? undefined,
          limits: options.limits,
          silent: options.thinks || !asksForStream(url, body),
        },
        reader,
      );
    });
  };
}

/** Inside a JSON text quotes are escaped, so the words of a message can not look like this. */
function asksForStream(url: URL, body: string | Uint8Array | null): boolean {
  if (/:stream/i.test(url.pathname)) return true;
  return typeof body === 'string' && /[{,]"stream":true/.test(body);
}

function bodyOf(body: RequestInit['body']): string | Uint8Array | null {
  if (body === undefined || body === null) return null;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new TypeError('Only a text or bytes can be the body of a request to a provider.');
}

class FetchReader {
  exchange: { cancel(): void } | undefined;
  readonly #resolve: (response: Response) => void;
  readonly #reject: (error: unknown) => void;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #wanted: (() => void) | undefined;

  constructor(resolve: (response: Response) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  head(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#stream = controller;
        },
        pull: () => {
          this.#wanted?.();
          this.#wanted = undefined;
        },
        cancel: () => {
          this.#stream = undefined;
          this.exchange?.cancel();
        },
      },
      { highWaterMark: UNREAD_CHUNKS },
    );
    const empty = status === 204 || status === 205 || status === 304;
    if (status > 599) throw new TransportError('protocol', `status ${status}`);
    this.#resolve(new Response(empty ? null : body, { status, headers: plain(headers) }));
  }

  data(chunk: Buffer): Promise<void> | undefined {
    const stream = this.#stream;
    if (stream === undefined) return undefined;
    stream.enqueue(chunk);
    if ((stream.desiredSize ?? 0) > 0) return undefined;
    return new Promise((resolve) => {
      this.#wanted = resolve;
    });
  }

  end(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  error(error: TransportError): void {
    this.#reject(error);
    this.#stream?.error(error);
    this.#stream = undefined;
  }
}

function plain(headers: Readonly<Record<string, string | string[] | undefined>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [value].flat().map((one) => [name, one]),
  );
}
