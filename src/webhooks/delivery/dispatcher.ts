import type { Timers } from '../../engine/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import type { DeliveryStore, StoredDelivery } from './delivery-store.ts';

/** Attempts under way at once: in all, of one account, of one webhook. A slow receiver takes no more than its own. */
const AT_ONCE = 32;
const PER_ACCOUNT = 8;
const PER_WEBHOOK = 4;
/**
 * An event that was announced is looked for this soon, then at distances that double, up to this one: so often at least,
 * however slow the disk, and however long the process itself was held up.
 */
const FIRST_LOOK_MS = 20;
const LAST_LOOK_MS = 10_000;
/** After a read that failed. */
const PAUSE_MS = 1_000;

export interface DispatcherDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Pick<Logger, 'error'>;
  readonly store: Pick<DeliveryStore, 'lanes' | 'pending'>;
  /** How often everything is looked through, for what other processes have left. */
  readonly pollMs: number;
  /** Makes the next attempt of a delivery and keeps what came of it. Resolves to false when it was not its to make. */
  readonly attempt: (delivery: StoredDelivery) => Promise<boolean>;
}

/** What is to be sent to one webhook. */
interface Lane {
  readonly accountId: string;
  readonly webhookId: string;
  /** Nothing is due before. */
  dueAt: number;
  /** Something has been announced since it was last read. */
  hasNews: boolean;
  /** Those under way. */
  readonly running: Set<string>;
  /** Something has been announced that may not be seen in the database yet: when to look for it, and how long after the last look that is. */
  lookAt: number;
  lookMs: number;
}

/**
 * Sends what is due: bounded in all, by account and by webhook, each webhook in its turn. It sleeps until something is
 * announced or a time is reached; what is pending lies in the database, so a process that dies loses nothing.
 */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #lanes = new Map<string, Lane>();
  readonly #ofAccount = new Map<string, number>();
  #underWay = 0;
  #isOpen = false;
  #looking: Promise<void> | undefined;
  #filling: Promise<void> | undefined;
  #again = false;
  #timerAt = Number.POSITIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  #cancelPoll: (() => void) | undefined;
  #onIdle: (() => void) | undefined;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    this.#isOpen = true;
    await this.#look();
  }

  /** An event for this webhook is about to be written. */
  expect(accountId: string, webhookId: string): void {
    const now = this.#deps.clock.now();
    const lane = this.#laneOf(accountId, webhookId);
    lane.hasNews = true;
    lane.lookMs = FIRST_LOOK_MS;
    lane.lookAt = now + FIRST_LOOK_MS;
    lane.dueAt = Math.min(lane.dueAt, lane.lookAt);
    this.#arm();
  }

  /** There is something to be sent to this webhook now. */
  wake(accountId: string, webhookId: string): void {
    const lane = this.#laneOf(accountId, webhookId);
    lane.hasNews = true;
    lane.dueAt = this.#deps.clock.now();
    this.#fill();
  }

  forget(webhookId: string): void {
    this.#lanes.delete(webhookId);
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Begins no more attempts and waits for reads and attempts under way; each attempt has a deadline of its own. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#cancelTimer?.();
    this.#cancelPoll?.();
    await Promise.all([this.#looking, this.#filling]);
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #look(): Promise<void> {
    this.#looking = this.#lookThrough();
    return this.#looking;
  }

  async #lookThrough(): Promise<void> {
    const { store, timers, pollMs, log } = this.#deps;
    try {
      for (const { id, account_id, due_at } of await store.lanes()) {
        if (due_at === null) continue;
        const lane = this.#laneOf(account_id, id);
        lane.dueAt = Math.min(lane.dueAt, Number(due_at));
      }
    } catch (err) {
      log.error({ err }, 'Webhook deliveries could not be looked through');
    }
    if (!this.#isOpen) return;
    this.#cancelPoll = timers.after(pollMs, () => void this.#look());
    this.#fill();
  }

  #fill(): void {
    if (!this.#isOpen) return;
    this.#again = true;
    if (this.#filling) return;
    this.#filling = this.#fillUp()
      .catch((err: unknown) => {
        this.#deps.log.error({ err }, 'Webhook deliveries could not be read');
        const later = this.#deps.clock.now() + PAUSE_MS;
        for (const lane of this.#lanes.values()) lane.dueAt = Math.max(lane.dueAt, later);
      })
      .finally(() => {
        this.#filling = undefined;
        this.#arm();
      });
  }

  async #fillUp(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const now = this.#deps.clock.now();
      for (const lane of [...this.#lanes.values()]) {
        if (!this.#isOpen || this.#underWay >= AT_ONCE) return;
        if (lane.dueAt > now || !this.#hasRoom(lane)) continue;
        await this.#serve(lane, now);
      }
    }
  }

  /** Begins what is due of one webhook, then puts it behind all others. */
  async #serve(lane: Lane, now: number): Promise<void> {
    const { accountId, webhookId, running } = lane;
    const room = Math.min(
      PER_WEBHOOK - running.size,
      PER_ACCOUNT - (this.#ofAccount.get(accountId) ?? 0),
      AT_ONCE - this.#underWay,
    );
    // What is woken, or ends, while this is read may not be in what is read: it makes the lane due again.
    lane.dueAt = Number.POSITIVE_INFINITY;
    lane.hasNews = false;
    // Those under way may still look due, until their claims can be seen.
    const reading = this.#deps.store.pending(accountId, webhookId, room + running.size + 1);
    const found = await reading.catch((err: unknown) => {
      lane.dueAt = now;
      throw err;
    });
    if (!this.#isOpen || this.#lanes.get(webhookId) !== lane) return;
    this.#lanes.delete(webhookId);
    const waiting = found.filter(({ id }) => !running.has(id));
    const due = waiting.filter(({ nextAt }) => nextAt <= now);
    for (const delivery of due.slice(0, room)) this.#begin(lane, delivery);
    const [next] = due.length > room ? due : waiting.filter(({ nextAt }) => nextAt > now);
    lane.dueAt = Math.min(lane.dueAt, next?.nextAt ?? Number.POSITIVE_INFINITY);
    if (lane.lookAt <= now) {
      lane.lookMs *= 2;
      lane.lookAt = lane.lookMs <= LAST_LOOK_MS ? now + lane.lookMs : Number.POSITIVE_INFINITY;
    }
    lane.dueAt = Math.min(lane.dueAt, lane.lookAt);
    if (lane.dueAt < Number.POSITIVE_INFINITY || running.size > 0) this.#lanes.set(webhookId, lane);
  }

  #begin(lane: Lane, delivery: StoredDelivery): void {
    const { accountId } = delivery;
    lane.running.add(delivery.id);
    this.#underWay += 1;
    this.#ofAccount.set(accountId, (this.#ofAccount.get(accountId) ?? 0) + 1);
    void this.#deps
      .attempt(delivery)
      .catch((err: unknown) => {
        // Its claim runs out, and then it is due again. What a stop has cut off is not worth a line.
        if (this.#isOpen)
          this.#deps.log.error({ err, deliveryId: delivery.id }, 'A webhook delivery could not be kept');
        return false;
      })
      .then((isMade) => this.#left(lane, delivery, isMade));
  }

  #left(lane: Lane, { id, accountId, webhookId }: StoredDelivery, isMade: boolean): void {
    lane.running.delete(id);
    this.#underWay -= 1;
    const left = (this.#ofAccount.get(accountId) ?? 1) - 1;
    if (left > 0) this.#ofAccount.set(accountId, left);
    else this.#ofAccount.delete(accountId);
    if (this.#underWay === 0) this.#onIdle?.();
    const current = this.#lanes.get(webhookId) ?? lane;
    const now = this.#deps.clock.now();
    // What it left behind, a next attempt above all, is seen by reading. Where none could be made (the webhook is
    // disabled, another process has it) reading at once would find the same again: unless something has been announced
    // since, what is due now is left to the next look-through.
    if (isMade) current.dueAt = now;
    else if (!current.hasNews && current.dueAt <= now) current.dueAt = current.lookAt;
    if (current.dueAt < Number.POSITIVE_INFINITY || current.running.size > 0) {
      this.#lanes.set(webhookId, current);
    } else this.#lanes.delete(webhookId);
    this.#fill();
  }

  #hasRoom({ accountId, running }: Lane): boolean {
    return running.size < PER_WEBHOOK && (this.#ofAccount.get(accountId) ?? 0) < PER_ACCOUNT;
  }

  #laneOf(accountId: string, webhookId: string): Lane {
    const known = this.#lanes.get(webhookId);
    if (known) return known;
    const never = Number.POSITIVE_INFINITY;
    const lane = {
      ...{ accountId, webhookId, dueAt: never, hasNews: false, running: new Set<string>() },
      ...{ lookAt: never, lookMs: FIRST_LOOK_MS },
    };
    this.#lanes.set(webhookId, lane);
    return lane;
  }

  /** One timer for the first lane that will be due. Those that are and have no room are served when room comes. */
  #arm(): void {
    if (!this.#isOpen) return;
    let next = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes.values()) {
      if (this.#hasRoom(lane)) next = Math.min(next, lane.dueAt);
    }
    const now = this.#deps.clock.now();
    if (next <= now && this.#underWay < AT_ONCE) {
      this.#fill();
      return;
    }
    if (next >= this.#timerAt || next === Number.POSITIVE_INFINITY) return;
    this.#cancelTimer?.();
    this.#timerAt = next;
    this.#cancelTimer = this.#deps.timers.after(Math.max(0, next - now), () => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#fill();
    });
  }
}
