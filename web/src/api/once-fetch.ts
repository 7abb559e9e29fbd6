type Fetch = (request: Request) => Promise<Response>;

interface Lost {
  readonly key: string;
  readonly at: number;
}

/** After so long a request like one whose reply was lost is meant as another one. */
const REMEMBERED_MS = 10 * 60_000;
/** What makes nothing, or nobody to make it for. */
const UNKEYED = /\/auth\/|\/search$/;
/**
 * `fetch` with which a POST that is sent again, since no reply came to it, is done once: it goes with the Idempotency-Key
 * of the first try.
 */
export function createOnceFetch(fetch: Fetch, now: () => number = Date.now): Fetch {
  const lost = new Map<string, Lost>();
  return async (request) => {
    if (request.method !== 'POST' || UNKEYED.test(new URL(request.url).pathname)) return fetch(request);
    const what = `${request.url} ${await request.clone().text()}`;
    const before = lost.get(what);
    const key = before && now() - before.at < REMEMBERED_MS ? before.key : newKey();
    const keyed = new Request(request, { headers: { ...headersOf(request), 'idempotency-key': key } });
    // Until there is a reply nobody knows whether it came.
    lost.set(what, { key, at: now() });
    const response = await fetch(keyed);
    // 409: the first try may still be at work.
    if (response.status < 500 && response.status !== 409) lost.delete(what);
    return response;
  };
}

function headersOf(request: Request): Record<string, string> {
  const headers: Record<string, string> = {};
  request.headers.forEach((value, name) => {
    headers[name] = value;
  });
  return headers;
}

/** `randomUUID` is there on secure pages alone. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
