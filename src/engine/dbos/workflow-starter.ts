import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../lib/logger.ts';

/** Whether a workflow that was asked for has begun is looked at so often, and at most so many times. */
const LOOK_EVERY_MS = 250;
const LOOKS = 40;

/** A workflow that is to begin in this process. */
export interface Start {
  readonly id: string;
  /** Set once its body is called. */
  hasBegun: boolean;
  /** Resolves when nobody else can have taken it meanwhile, or isLeft. */
  mayBegin(): Promise<void>;
  /** Nothing that its body does counts any more. */
  isLeft(): boolean;
}

/**
 * Begins workflows, however many are asked for at the same time in one go of a few round trips. `beginAll` may leave out
 * some of them, or fail: they are asked for again.
 */
export class WorkflowStarter {
  readonly #beginAll: (ids: readonly string[]) => Promise<void>;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #next: Start[] = [];
  /** The last group, under way or over, and the one that has not taken its share of `next` yet. */
  #going: Promise<void> | undefined;
  #waiting: Promise<void> | undefined;

  constructor(beginAll: (ids: readonly string[]) => Promise<void>, log: Pick<Logger, 'warn'>) {
    this.#beginAll = beginAll;
    this.#log = log;
  }

  /** Resolves when its body has been called, or is not wanted any more. */
  async begin(start: Start): Promise<void> {
    for (let looks = 1; ; looks++) {
      await start.mayBegin();
      this.#next.push(start);
      await this.#goOn().catch((err: unknown) => {
        looks = 0;
        this.#log.warn({ err, jobId: start.id }, 'DBOS could not begin a workflow; it is tried again');
      });
      if (!start.hasBegun && !start.isLeft()) await pause(LOOK_EVERY_MS);
      if (start.hasBegun || start.isLeft()) return;
      if (looks === LOOKS) throw new Error(`DBOS does not begin the workflow ${start.id}`);
    }
  }

  /** The group that begins what is in `next` now: one after another, so that what comes meanwhile goes together. */
  #goOn(): Promise<void> {
    this.#waiting ??= this.#beginNext(this.#going);
    this.#going = this.#waiting;
    return this.#waiting;
  }

  async #beginNext(before: Promise<void> | undefined): Promise<void> {
    await before?.catch(() => undefined);
    this.#waiting = undefined;
    const wanted = this.#next.splice(0).filter((start) => !start.hasBegun && !start.isLeft());
    if (wanted.length > 0) await this.#beginAll(wanted.map(({ id }) => id));
  }
}
