import type { Clock } from '../../lib/clock.ts';
import type { Timers } from '../timers.ts';

/** Wakes accounts when the first of their delayed jobs is due: one timer for all of them. */
export class DueTimes {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #onDue: (accountIds: readonly string[]) => void;
  readonly #dueAt = new Map<string, number>();
  #timerAt = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, timers: Timers, onDue: (accountIds: readonly string[]) => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#onDue = onDue;
  }

  note(accountId: string, dueAt: number): void {
    const known = this.#dueAt.get(accountId);
    if (known !== undefined && known <= dueAt) return;
    this.#dueAt.set(accountId, dueAt);
    if (dueAt < this.#timerAt) this.#arm(dueAt);
  }

  close(): void {
    this.#cancel?.();
    this.#dueAt.clear();
  }

  #arm(dueAt: number): void {
    this.#cancel?.();
    this.#timerAt = dueAt;
    this.#cancel = this.#timers.after(Math.max(0, dueAt - this.#clock.now()), () => this.#ring());
  }

  #ring(): void {
    const now = this.#clock.now();
    this.#timerAt = Number.POSITIVE_INFINITY;
    const due: string[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const [accountId, dueAt] of this.#dueAt) {
      if (dueAt <= now) due.push(accountId);
      else next = Math.min(next, dueAt);
    }
    for (const accountId of due) this.#dueAt.delete(accountId);
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
    if (due.length > 0) this.#onDue(due);
  }
}
