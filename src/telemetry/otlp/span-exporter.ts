import type { Timers } from '../../engine/index.ts';
import type { Logger } from '../../lib/logger.ts';
import { type Collector, sendOtlp } from './send-otlp.ts';
import { type Span, toTraces } from './span.ts';

const EVERY_MS = 5_000;
const BATCH = 512;
/** Beyond it spans are dropped: a collector that is down must not fill the memory. */
const MOST = 4_096;

export interface SpanExporterDeps extends Collector {
  readonly timers: Timers;
  readonly log: Pick<Logger, 'warn'>;
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
      const problem = await sendOtlp(this.#deps, 'traces', toTraces(this.#deps.service, batch));
      if (problem === undefined) continue;
      const spans = batch.length + this.#waiting.length + this.#dropped;
      this.#waiting = [];
      this.#dropped = 0;
      this.#deps.log.warn({ spans, problem }, 'Traces could not be sent to the OpenTelemetry collector');
    }
  }
}
