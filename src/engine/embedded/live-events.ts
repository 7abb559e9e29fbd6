import type { Timers } from '../timers.ts';
import type { JobEvent } from '../types.ts';

/** The first event goes out at once, then as many as come in this time go together. */
const INTERVAL_MS = 100;
/** A burst does not wait for the interval. */
const MAX_CHARS = 16_384;
const MAX_EVENTS = 200;

export interface LiveBatch {
  readonly events: readonly JobEvent[];
  /** The steps that told something for the first time. */
  readonly begun: ReadonlySet<string>;
}

/**
 * Gathers words as they come into few events: neighbouring pieces of one text become one. They are told only once they
 * are kept, so that nobody has seen what a crash takes away.
 */
export class LiveEvents {
  readonly #timers: Timers;
  readonly #send: () => Promise<void>;
  #events: JobEvent[] = [];
  #begun = new Set<string>();
  readonly #known = new Set<string>();
  #chars = 0;
  #cancel: (() => void) | undefined;
  #sending = false;

  /** `send` takes what is pending and keeps it. */
  constructor(timers: Timers, send: () => Promise<void>) {
    this.#timers = timers;
    this.#send = send;
  }

  add(step: string, event: JobEvent): void {
    if (!this.#known.has(step)) {
      this.#known.add(step);
      this.#begun.add(step);
    }
    this.#chars += textOf(event)?.length ?? 0;
    const last = this.#events.at(-1);
    const joined = last && join(last, event);
    if (joined) this.#events[this.#events.length - 1] = joined;
    else this.#events.push(event);
    if (this.#chars >= MAX_CHARS || this.#events.length >= MAX_EVENTS) this.#flush();
    else if (!this.#cancel && !this.#sending) {
      const turn = setImmediate(() => this.#flush());
      this.#cancel = () => clearImmediate(turn);
    }
  }

  /** What is pending, for a batch that must come after it. */
  take(): LiveBatch {
    const batch = { events: this.#events, begun: this.#begun };
    this.#events = [];
    this.#begun = new Set();
    this.#chars = 0;
    return batch;
  }

  close(): void {
    this.#cancel?.();
    this.take();
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#events.length === 0 || this.#sending) return;
    this.#sending = true;
    this.#send()
      // Losing the claim is noticed by the step's own writes; these are only words.
      .catch(() => undefined)
      .finally(() => {
        this.#sending = false;
        if (this.#chars >= MAX_CHARS) this.#flush();
        else
          this.#cancel ??= this.#timers.after(INTERVAL_MS, () => {
            this.#cancel = undefined;
            this.#flush();
          });
      });
  }
}

/** Two pieces of the same text as one, or undefined when they are anything else. */
function join(first: JobEvent, second: JobEvent): JobEvent | undefined {
  const [before, after] = [textOf(first), textOf(second)];
  if (before === undefined || after === undefined || first.type !== second.type) return undefined;
  const keys = Object.keys(first.data);
  if (keys.length !== Object.keys(second.data).length) return undefined;
  if (!keys.every((key) => key === 'text' || first.data[key] === second.data[key])) return undefined;
  return { type: first.type, data: { ...first.data, text: before + after } };
}

function textOf(event: JobEvent): string | undefined {
  return typeof event.data.text === 'string' ? event.data.text : undefined;
}
