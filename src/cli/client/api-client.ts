import { setTimeout as delay } from 'node:timers/promises';
import { CommandFailed, Refused } from '../failures.ts';
import { Fields } from './fields.ts';
import { send } from './send.ts';
import type { Session } from './session.ts';

export interface RequestOptions {
  /** Sent as JSON, unless it is a form. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** For answers that take their time; 60 seconds unless given. */
  readonly timeoutMs?: number;
}

/** The APIs of one server. What the server refuses is a CommandFailed with its own words. */
export interface ApiClient {
  readonly url: string;
  get(path: string): Promise<Fields>;
  post(path: string, body: unknown): Promise<Fields>;
  patch(path: string, body: unknown): Promise<Fields>;
  /** For replies without a body. */
  call(method: string, path: string, options?: RequestOptions): Promise<void>;
  /** A reply as it comes, a good one. */
  open(method: string, path: string, options?: RequestOptions): Promise<Response>;
  /** All entries of a list, page after page. `path` may have a query. */
  list(path: string, name: string): AsyncGenerator<Fields>;
}

const TIMEOUT_MS = 60_000;
const PAGE = 100;
/** A server that is busy is asked again, when it says that this will help soon. */
const MAX_WAITS = 3;
const MAX_WAIT_SECONDS = 60;

export function createApiClient(session: Session): ApiClient {
  async function open(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const { body, headers = {}, timeoutMs = TIMEOUT_MS } = options;
    const isForm = body instanceof FormData;
    const attempt = async (token: string | undefined): Promise<Response> => {
      const timeout = AbortSignal.timeout(timeoutMs);
      return send(session.url + path, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
        signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
      }).catch((error: unknown) => {
        if (!timeout.aborted) throw error;
        throw new CommandFailed(`${session.url} did not answer within ${timeoutMs / 1000} seconds.`);
      });
    };
    const token = await session.token();
    let response = await attempt(token);
    if (response.status === 401 && token !== undefined) {
      const renewed = await session.renew(token);
      if (renewed !== undefined) response = await attempt(renewed);
    }
    for (let waits = 0; response.status === 429 && method === 'GET' && waits < MAX_WAITS; waits++) {
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      if (!(seconds <= MAX_WAIT_SECONDS)) break;
      await response.body?.cancel();
      await delay(seconds * 1_000, undefined, options.signal && { signal: options.signal });
      response = await attempt(await session.token());
    }
    if (!response.ok) throw await refusal(response, session);
    return response;
  }

  const json = async (response: Response): Promise<Fields> =>
    new Fields(await readJson(response, session.url));
  const get = async (path: string): Promise<Fields> => json(await open('GET', path));

  return {
    url: session.url,
    open,
    get,
    post: async (path, body) => json(await open('POST', path, { body })),
    patch: async (path, body) => json(await open('PATCH', path, { body })),
    async call(method, path, options) {
      const response = await open(method, path, options);
      await response.body?.cancel();
    },
    async *list(path, name) {
      const separator = path.includes('?') ? '&' : '?';
      let seen = 0;
      for (let page = 1; ; page++) {
        const reply = await get(`${path}${separator}page=${page}&limit=${PAGE}`);
        const entries = reply.list(name);
        yield* entries;
        seen += entries.length;
        if (entries.length === 0 || seen >= reply.numberOr('total', 0)) return;
      }
    },
  };
}

async function readJson(response: Response, url: string): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandFailed(
      `${url} does not answer as a Muster server does (${response.status}, ${response.headers.get('content-type') ?? 'no content type'}).`,
    );
  }
}

/** The server's own sentence, with what its log is searched by. */
async function refusal(response: Response, session: Session): Promise<Refused> {
  const error = new Fields(await readJson(response, session.url)).object('error');
  const facts = [
    `${response.status} ${error.textOr('code', '')}`.trim(),
    response.headers.get('x-request-id') ?? error.textOr('request_id', ''),
  ].filter((fact) => fact !== '');
  const said = error.textOr('message', 'The server refused.');
  const details = error.has('details') ? error.object('details') : undefined;
  const reason = details?.textOr('reason', '') ?? '';
  const field = details?.textOr('field', '') ?? '';
  // The finer of the two, where there are two.
  const code = details?.textOr('code', '') || error.textOr('code', '');
  // Some messages say it already.
  const place = reason === '' || said.includes(reason) ? '' : ` ${field}: ${reason}.`;
  const wayOut = response.status === 401 && session.wayOut !== '' ? ` ${session.wayOut}` : '';
  return new Refused(
    `${said}${place && !/[.!?]$/.test(said) ? '.' : ''}${place}${wayOut} (${facts.join(', ')})`,
    { status: response.status, code, field },
  );
}
