import { setImmediate as nextTurn } from 'node:timers/promises';
import { Registry } from '../../lib/registry.ts';
import type { JobEvent, JobListener, StoredEvent, Subscription } from '../types.ts';
import { isFinalStatus, parseStored } from './job-record.ts';
import type { EngineStore } from './store.ts';

/** How many events are read, and handed to a listener, at once. */
const PAGE = 500;

export const JOB_STATUS = 'job_status';

interface Watcher {
  readonly listener: JobListener;
  /** The last event that it was given. */
  cursor: number;
  /** Reads for itself, or is waited for. */
  behind: boolean;
  /** Something was published while it was behind. */
  missed: boolean;
  closed: boolean;
}

interface Watch {
  readonly accountId: string;
  readonly jobId: string;
  readonly watchers: Set<Watcher>;
  /** Events have been written since the last reading. */
  stale: boolean;
  reading: boolean;
  /** The job's end is on disk: whoever has read the log to its end has seen all there will be. */
  over: boolean;
}

/**
 * Tells watchers of the events that are on disk. New ones are read once for all who keep up; whoever is behind (just
 * come, or slow) reads from the log at its own pace, so that nothing is queued for anybody. All go by their cursor:
 * nothing is left out, nothing told twice.
 */
export class EventHub {
  readonly #store: EngineStore;
  readonly #tell: (jobId: string) => void;
  readonly #watches = new Registry<Watch>();
  readonly #endings = new Registry<Set<() => void>>();

  /** `tell`: lets other processes know that a job's log has grown. */
  constructor(store: EngineStore, tell: (jobId: string) => void = () => undefined) {
    this.#store = store;
    this.#tell = tell;
  }

  /** Undefined when the account has no such job. */
  async subscribe(
    accountId: string,
    jobId: string,
    after: number,
    listener: JobListener,
  ): Promise<Subscription | undefined> {
    const [known] = await this.#store.readStatus({ accountId, jobId });
    if (!known) return undefined;
    const watcher: Watcher = { listener, cursor: after, behind: true, missed: false, closed: false };
    const watch = this.#watchOf(accountId, jobId);
    watch.watchers.add(watcher);
    // Looked at only now: an end from here on is told to the watch.
    const [[job], [newest]] = await Promise.all([
      this.#store.readStatus({ accountId, jobId }),
      this.#store.readLastSeq({ accountId, jobId }),
    ]);
    if (!job || isFinalStatus(job.status)) watch.over = true;
    // So that its owner has the subscription in hand when the first events come.
    setImmediate(() => void this.#catchUp(watch, watcher));
    return { lastSeq: newest?.seq ?? 0, close: () => this.#remove(watch, watcher) };
  }

  /** New events of the job are on disk. Costs nothing when nobody watches. */
  wake(jobId: string): void {
    this.#tell(jobId);
    this.heard(jobId);
  }

  /** The same of a job that another process has written to. */
  heard(jobId: string): void {
    const watch = this.#watches.get(jobId);
    if (!watch) return;
    watch.stale = true;
    if (!watch.reading) void this.#publish(watch);
  }

  /** Jobs whose end is waited for. */
  awaited(): string[] {
    return [...this.#endings.names()];
  }

  watched(): string[] {
    return [...this.#watches.names()];
  }

  /** Calls back once `ended` is called for the job; returns what cancels that. */
  onEnded(jobId: string, callback: () => void): () => void {
    const known = this.#endings.get(jobId);
    const callbacks = known ?? new Set<() => void>();
    if (!known) this.#endings.set(jobId, callbacks);
    callbacks.add(callback);
    return () => {
      callbacks.delete(callback);
      if (callbacks.size === 0 && this.#endings.get(jobId) === callbacks) this.#endings.delete(jobId);
    };
  }

  /** The job's end is on disk. */
  ended(jobId: string): void {
    const watch = this.#watches.get(jobId);
    if (watch) watch.over = true;
    this.wake(jobId);
    this.heardEnd(jobId);
  }

  /** The same of a job that another process has ended. */
  heardEnd(jobId: string): void {
    const callbacks = this.#endings.delete(jobId);
    for (const callback of callbacks ?? []) callback();
  }

  close(): void {
    for (const watch of this.#watches.values()) for (const watcher of watch.watchers) watcher.closed = true;
    this.#watches.clear();
    this.#endings.clear();
  }

  async #publish(watch: Watch): Promise<void> {
    watch.reading = true;
    try {
      while (watch.stale) {
        watch.stale = false;
        let from = Number.POSITIVE_INFINITY;
        for (const watcher of watch.watchers) {
          if (watcher.behind) watcher.missed = true;
          else from = Math.min(from, watcher.cursor);
        }
        if (from === Number.POSITIVE_INFINITY) return;
        const { over } = watch;
        const events = await this.#read(watch, from);
        if (events.length === PAGE) watch.stale = true;
        for (const watcher of watch.watchers) if (!watcher.behind) this.#deliver(watch, watcher, events);
        // Whoever asked for what comes after the last event there will be.
        if (over && events.length < PAGE) {
          for (const watcher of watch.watchers) if (!watcher.behind) this.#end(watch, watcher);
        }
      }
    } catch (error) {
      for (const watcher of watch.watchers) {
        if (watcher.behind) watcher.missed = true;
        else this.#fail(watch, watcher, error);
      }
    } finally {
      watch.reading = false;
    }
  }

  #deliver(watch: Watch, watcher: Watcher, events: readonly StoredEvent[]): void {
    const first = events[0];
    if (!first) return;
    // Sequences are dense, so the place of the next event is known.
    const skip = watcher.cursor + 1 - first.seq;
    if (skip >= events.length) return;
    try {
      const pause =
        skip < 0 ? Promise.resolve() : this.#hand(watch, watcher, skip === 0 ? events : events.slice(skip));
      if (!pause) return;
      watcher.behind = true;
      pause.then(
        () => this.#catchUp(watch, watcher),
        (error: unknown) => this.#fail(watch, watcher, error),
      );
    } catch (error) {
      this.#fail(watch, watcher, error);
    }
  }

  /** Brings one watcher from its cursor to the end of the log. */
  async #catchUp(watch: Watch, watcher: Watcher): Promise<void> {
    try {
      while (!watcher.closed) {
        watcher.missed = false;
        const { over } = watch;
        const events = await this.#read(watch, watcher.cursor);
        if (watcher.closed) return;
        if (events.length > 0) {
          const pause = this.#hand(watch, watcher, events);
          if (pause) await pause;
          if (events.length === PAGE) await nextTurn();
        } else if (over) {
          this.#end(watch, watcher);
        } else if (!watcher.missed) {
          watcher.behind = false;
          return;
        }
      }
    } catch (error) {
      this.#fail(watch, watcher, error);
    }
  }

  /** Gives events to a watcher. Returns what has to be waited for before it is given more. */
  #hand(watch: Watch, watcher: Watcher, events: readonly StoredEvent[]): Promise<void> | undefined {
    const last = events.at(-1);
    if (last) watcher.cursor = last.seq;
    const pause = watcher.listener.onEvents(events) ?? undefined;
    if (!last || !isFinalEvent(last)) return pause;
    if (pause) return pause.then(() => this.#end(watch, watcher));
    this.#end(watch, watcher);
    return undefined;
  }

  async #read(watch: Watch, after: number): Promise<StoredEvent[]> {
    const { accountId, jobId } = watch;
    const rows = await this.#store.readEvents({ accountId, jobId, after, limit: PAGE });
    return rows.map(({ seq, type, data, at }) => ({ seq, type, data: toObject(data), at }));
  }

  #end(watch: Watch, watcher: Watcher): void {
    if (watcher.closed) return;
    this.#remove(watch, watcher);
    watcher.listener.onEnd?.();
  }

  #fail(watch: Watch, watcher: Watcher, error: unknown): void {
    if (watcher.closed) return;
    this.#remove(watch, watcher);
    watcher.listener.onError?.(error instanceof Error ? error : new Error(String(error)));
  }

  #remove(watch: Watch, watcher: Watcher): void {
    watcher.closed = true;
    watch.watchers.delete(watcher);
    if (watch.watchers.size === 0 && this.#watches.get(watch.jobId) === watch) {
      this.#watches.delete(watch.jobId);
    }
  }

  #watchOf(accountId: string, jobId: string): Watch {
    const known = this.#watches.get(jobId);
    if (known) return known;
    const watch: Watch = { accountId, jobId, watchers: new Set(), stale: false, reading: false, over: false };
    this.#watches.set(jobId, watch);
    return watch;
  }
}

export function isFinalEvent(event: JobEvent): boolean {
  return event.type === JOB_STATUS && isFinalStatus(String(event.data.status));
}

/** What the engine writes there is an object. */
function toObject(text: string): JobEvent['data'] {
  return parseStored(text) as JobEvent['data'];
}
