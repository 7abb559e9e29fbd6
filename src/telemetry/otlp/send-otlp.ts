import type { GuardedHttp } from '../../lib/guarded-http/index.ts';

const TIMEOUT_MS = 10_000;

/** Where OTLP goes to. */
export interface Collector {
  readonly guardedHttp: Pick<GuardedHttp, 'request'>;
  /** Up to and without `/v1/…`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends OTLP over HTTP in JSON. Resolves to what went wrong, if something did. */
export async function sendOtlp(
  { guardedHttp, endpoint, headers }: Collector,
  signal: 'traces' | 'metrics',
  body: unknown,
): Promise<string | undefined> {
  try {
    const reply = await guardedHttp.request({
      url: `${endpoint}/v1/${signal}`,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
      maxRedirects: 0,
    });
    return reply.status >= 200 && reply.status < 300 ? undefined : `status ${reply.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
