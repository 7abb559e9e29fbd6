import { savedBefore } from './saved-before.ts';

type Fetch = (request: Request) => Promise<Response>;

/** A POST of which nobody knows whether it was carried out, by the bodies with which it was tried. */
interface Lost {
  readonly url: string;
  readonly key: string;
  readonly tries: string[];
  at: number;
  running: number;
}

/** After so long a request like one whose reply was lost is meant as another one. */
const REMEMBERED_MS = 10 * 60_000;
/** What makes nothing, or nobody to make it for. */
const UNKEYED = /\/auth\/|\/search$/;
/** Another body is another question there, and no correction. */
const QUESTION = /\/test$/;
/** Refused before the key was looked at. */
const UNSEEN: ReadonlySet<number> = new Set([401, 403, 429]);

/**
 * `fetch` with which a POST that is sent again, since no reply came to it, is done once: it goes with the Idempotency-Key
 * of the first try. Corrected in between it does too, and when the first try was carried out after all, the reply says so.
 */
export function createOnceFetch(fetch: Fetch, now: () => number = Date.now): Fetch {
  let lost: readonly Lost[] = [];
  const forget = (call: Lost) => {
    lost = lost.filter((each) => each !== call);
  };

  /** The call that this one is another try of. */
  const callOf = (url: string, body: string, isCorrection: boolean): Lost => {
    lost = lost.filter(({ at }) => now() - at < REMEMBERED_MS);
    const here = lost.filter((each) => each.url === url);
    const found =
      here.find(({ tries }) => tries.includes(body)) ??
      (isCorrection ? here.find(({ running }) => running === 0) : undefined);
    if (found) return found;
    const call = { url, key: newKey(), tries: [], at: now(), running: 0 };
    lost = [...lost, call];
    return call;
  };

  /** The reply to that of the earlier tries which was carried out; undefined: to none. */
  const askForFirst = async (request: Request, call: Lost, body: string) => {
    for (const tried of call.tries.filter((each) => each !== body)) {
      const reply = await fetch(withKey(request, call.key, tried));
      if (reply.status === 422) continue;
      if (!reply.ok) return reply;
      forget(call);
      return savedBefore(reply, tried);
    }
    return undefined;
  };

  return async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== 'POST' || UNKEYED.test(pathname)) return fetch(request);
    const body = await request.clone().text();
    const isJson = request.headers.get('content-type')?.includes('json') ?? false;
    const call = callOf(request.url, body, isJson && !QUESTION.test(pathname));
    const isNew = !call.tries.includes(body);
    // Until there is a reply nobody knows whether it came.
    if (isNew) call.tries.push(body);
    call.at = now();
    call.running++;
    try {
      const response = await fetch(withKey(request, call.key));
      const { status } = response;
      // 409: the first try may still be at work.
      if (status >= 500 || status === 409 || (UNSEEN.has(status) && !isNew)) return response;
      if (response.ok) {
        forget(call);
        return response;
      }
      const first = status === 422 ? await askForFirst(request, call, body) : undefined;
      // It was refused itself; what was tried before it may have been carried out nevertheless.
      call.tries.splice(call.tries.indexOf(body), 1);
      if (call.tries.length === 0) forget(call);
      return first ?? response;
    } finally {
      call.running--;
    }
  };
}

function withKey(request: Request, key: string, body?: string): Request {
  const headers = new Headers(request.headers);
  headers.set('idempotency-key', key);
  return new Request(request, { headers, ...(body !== undefined && { body }) });
}

/** `randomUUID` is there on secure pages alone. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
