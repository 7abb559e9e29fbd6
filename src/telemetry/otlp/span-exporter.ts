import type { Timers } from '../../engine/index.ts';
import type { GuardedHttp } from '../../lib/guarded-http/index.ts';
import type { Logger } from '../../lib/logger.ts';
import { type Span, toTraces } from './span.ts';

const EVERY_MS = 5_000;
const BATCH = 512;
/** Beyond it spans are dropped: a collector that is down must not fill the memory. */
const MOST = 4_096;
const TIMEOUT_MS = 10_000;

export interface SpanExporterDeps {
  readonly guardedHttp: Pick<GuardedHttp, 'request'>;
  readonly timers: Timers;
  readonly log: Pick<Logger, 'warn'>;
  /** Of the collector, up to and without `/v1/traces`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: { readonly name: string; readonly version: string };
}

/** Sends spans to a collector by OTLP over HTTP, some at a time. What cannot be sent is dropped, and the log says so. */
export class SpanExporter {
  readonly #deps: SpanExporterDeps;
  #waiting: Span[] = [];
  #dropped = 0;
  #cancel: (() => void) | undefined;
  #sending: Promise<void> | undefined;

  constructor(deps: SpanExporterDeps) {
    this.#deps = deps;
  }

  add(span: Span): void {
    if (this.#waiting.length >= MOST) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(span);
    if (this.#waiting.length >= BATCH) void this.flush();
    else this.#cancel ??= this.#deps.timers.after(EVERY_MS, () => void this.flush());
  }

  /** Resolves when all that there is now has been sent, or dropped. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      const problem = await this.#send(batch);
      if (problem === undefined) continue;
      const spans = batch.length + this.#waiting.length + this.#dropped;
      this.#waiting = [];
      this.#dropped = 0;
      this.#deps.log.warn({ spans, problem }, 'Traces could not be sent to the OpenTelemetry collector');
    }
  }

  async #send(batch: readonly Span[]): Promise<string | undefined> {
    const { guardedHttp, endpoint, headers, service } = this.#deps;
    try {
      const reply = await guardedHttp.request({
        url: `${endpoint}/v1/traces`,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(toTraces(service, batch)),
        timeoutMs: TIMEOUT_MS,
        maxRedirects: 0,
      });
      return reply.status >= 200 && reply.status < 300 ? undefined : `status ${reply.status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
