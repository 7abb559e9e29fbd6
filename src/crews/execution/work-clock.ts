import { timeIsUp } from './task-failure.ts';

/** Longer delays overflow Node's timers, which then fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Bounds how long something may work. It counts from the first time that anything is really done in this process, with
 * what went before taken into account: steps that answer from the store take no time, and neither does waiting for a
 * person. So a job that comes back after days of waiting has as much time left as when it began to wait.
 */
export class WorkClock {
  readonly #controller = new AbortController();
  readonly #title: string;
  readonly #now: () => number;
  #endsAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `timeoutMs` null: no bound. */
  constructor(
    { title, startedAt, timeoutMs }: { title: string; startedAt: number; timeoutMs: number | null },
    now: () => number,
  ) {
    this.#title = title;
    this.#now = now;
    this.#endsAt = timeoutMs === null ? undefined : startedAt + timeoutMs;
  }

  /** Fires when the time is up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something is done from now on. Throws time_limit_reached when there is no time for it. */
  run(): void {
    if (this.#endsAt === undefined) return;
    const leftMs = this.#endsAt - this.#now();
    if (leftMs <= 0) this.#end();
    if (this.signal.aborted) throw timeIsUp(this.#title);
    if (this.#timer) return;
    this.#timer = setTimeout(() => this.#end(), Math.min(leftMs, MAX_DELAY_MS));
    this.#timer.unref();
  }

  /** Nothing is done until the next `run`. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** So long nothing could be done. */
  excuse(ms: number): void {
    if (this.#endsAt !== undefined && ms > 0) this.#endsAt += ms;
  }

  #end(): void {
    this.rest();
    this.#controller.abort(new Error('The time is up'));
  }
}
