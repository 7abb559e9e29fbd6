import { MusterError } from '../lib/errors.ts';
import type { SchedulesContext } from './context.ts';
import { nextTime } from './cron.ts';
import type { DueSchedule } from './types.ts';

/** Of those that are due, how many are read at once. */
const PAGE = 100;
/** After something of ours broke, so that it is not tried without a pause. */
const PAUSE_MS = 30_000;
const CREW_IS_GONE = 'crew_not_found';
export const CREW_DELETED = 'The crew was deleted.';

/**
 * Starts what is due. That a time is seen to and that its job is there is one batch, guarded by the time: whoever else
 * looks, and however often it is killed, each time starts one job at most.
 */
export class Clockwork {
  readonly #context: SchedulesContext;
  /** The longest sleep: others may change schedules, and clocks be set. */
  readonly #longestMs: number;
  #isOpen = false;
  #isLooking = false;
  #again = false;
  #cancel: (() => void) | undefined;
  #onIdle: (() => void) | undefined;

  constructor(context: SchedulesContext, longestMs: number) {
    this.#context = context;
    this.#longestMs = longestMs;
  }

  start(): Promise<void> {
    this.#isOpen = true;
    return this.look();
  }

  /** Something has changed. */
  async look(): Promise<void> {
    if (!this.#isOpen) return;
    this.#again = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#cancel?.();
    const { clock, timers, log } = this.#context;
    let wakeAt = 0;
    try {
      // A time that came while it was looking is seen to at once, not after a sleep.
      while ((this.#again || wakeAt <= clock.now()) && this.#isOpen) {
        this.#again = false;
        const now = clock.now();
        wakeAt = (await this.#startDue(now)) ? await this.#nextLookAfter(now) : now + PAUSE_MS;
      }
    } catch (err) {
      log.error({ err }, 'The schedules could not be read');
      wakeAt = clock.now() + PAUSE_MS;
    }
    this.#isLooking = false;
    this.#onIdle?.();
    // However the clock was set meanwhile.
    const pauseMs = Math.min(this.#longestMs, wakeAt - clock.now());
    if (this.#isOpen) this.#cancel = timers.after(pauseMs, () => void this.look());
  }

  /** Resolves when no start is under way. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#cancel?.();
    if (!this.#isLooking) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** False when something is still due that could not be seen to. */
  async #startDue(now: number): Promise<boolean> {
    const { store, log } = this.#context;
    for (;;) {
      const due = await store.due(now, PAGE);
      let seenTo = 0;
      for (const schedule of due) {
        if (!this.#isOpen) return true;
        try {
          await startOne(this.#context, schedule);
          seenTo += 1;
        } catch (err) {
          log.error({ err, scheduleId: schedule.id }, 'A schedule could not be started');
        }
      }
      if (seenTo < due.length) return false;
      if (due.length < PAGE) return true;
    }
  }

  /** When to look again, what was due until `now` having been seen to: later than that. */
  async #nextLookAfter(now: number): Promise<number> {
    const next = await this.#context.store.nextAt(now);
    return Math.min(now + this.#longestMs, next ?? Number.POSITIVE_INFINITY);
  }
}

async function startOne(context: SchedulesContext, schedule: DueSchedule): Promise<void> {
  const { db, clock, ids, store, executions, catchUpMs, log } = context;
  const now = clock.now();
  const { id: scheduleId, accountId, crewId, inputs, nextRunAt } = schedule;
  const nextAt = nextTime(schedule.cron, schedule.timezone, now);
  if (now - nextRunAt > catchUpMs) {
    log.warn({ scheduleId, missedAt: nextRunAt }, 'A scheduled time is too long ago to be made up for');
    await db.write([store.missed(schedule, nextAt)]);
    return;
  }
  const jobId = ids.next('job_');
  const caller = { userId: schedule.createdBy, key: null };
  try {
    const along = [store.begun(schedule, jobId, nextAt, now)];
    await executions.startWith(accountId, jobId, { crewId, inputs, caller }, along);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    const { code, message } = error;
    const told = context.tell(accountId, 'schedule.failed', () => ({
      ...{ schedule_id: scheduleId, schedule: schedule.name, crew_id: crewId },
      error: { code: error.spec.platformCode, message, details: { code } },
    }));
    const disabled = code === CREW_IS_GONE ? [store.disableOfCrew(accountId, crewId, CREW_DELETED, now)] : [];
    await db.write([store.failed(schedule, { code, message }, nextAt, now), ...disabled, ...told]);
  }
}
