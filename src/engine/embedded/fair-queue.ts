import type { QueuedJob } from './store.ts';

/** Jobs that were running when the process died this often run one at a time, so that the next crash shows whose it is. */
const SUSPECT_CRASHES = 2;
/** How many jobs of an account are known here; the rest stay in the store until these have run. */
const KNOWN_JOBS = 64;

interface AccountQueue {
  readonly jobs: QueuedJob[];
  /** Whether the store may hold due jobs that are not in `jobs`. */
  more: boolean;
  loading: boolean;
}

export interface FairQueueDeps {
  /** The account's due jobs, the oldest first, `limit` of them unless there are fewer, without those that are running. */
  load(accountId: string, limit: number): Promise<QueuedJob[]>;
  /** Something can be taken that could not be before. */
  onReady(): void;
}

/** Which job is next: accounts take turns, an account's jobs keep their order. Its size is bounded by the accounts. */
export class FairQueue {
  readonly #deps: FairQueueDeps;
  /** In turn: whose turn it was goes to the end. */
  readonly #accounts = new Map<string, AccountQueue>();
  readonly #suspects: QueuedJob[] = [];

  constructor(deps: FairQueueDeps) {
    this.#deps = deps;
  }

  /** A job that has just become due. */
  push(job: QueuedJob): void {
    const queue = this.#queueOf(job.accountId);
    // What is just being loaded is older, and may hold this very job.
    if (!queue.more && !queue.loading && queue.jobs.length < KNOWN_JOBS) queue.jobs.push(job);
    else queue.more = true;
  }

  /** The store holds due jobs of this account. */
  refresh(accountId: string): void {
    this.#queueOf(accountId).more = true;
  }

  has(accountId: string): boolean {
    return this.#accounts.has(accountId);
  }

  /** The next job, or undefined when none may run now. What is still in the store is fetched, then `onReady` is called. */
  take(mayRun: (accountId: string) => boolean, maySuspectRun: boolean): QueuedJob | undefined {
    if (maySuspectRun) {
      const index = this.#suspects.findIndex((job) => mayRun(job.accountId));
      if (index !== -1) return this.#suspects.splice(index, 1)[0];
    }
    for (const [accountId, queue] of this.#accounts) {
      if (!mayRun(accountId)) continue;
      const job = this.#takeFrom(queue, maySuspectRun);
      if (job) {
        this.#accounts.delete(accountId);
        this.#accounts.set(accountId, queue);
        return job;
      }
      if (queue.more) this.#load(accountId, queue);
      else if (!queue.loading) this.#accounts.delete(accountId);
    }
    return undefined;
  }

  #takeFrom(queue: AccountQueue, maySuspectRun: boolean): QueuedJob | undefined {
    for (let job = queue.jobs.shift(); job; job = queue.jobs.shift()) {
      if (job.crashes < SUSPECT_CRASHES || maySuspectRun) return job;
      this.#suspects.push(job);
    }
    return undefined;
  }

  #load(accountId: string, queue: AccountQueue): void {
    if (queue.loading) return;
    queue.loading = true;
    queue.more = false;
    const limit = KNOWN_JOBS + this.#suspects.length;
    this.#deps.load(accountId, limit).then(
      (jobs) => {
        queue.loading = false;
        const waiting = new Set(this.#suspects.map(({ jobId }) => jobId));
        queue.jobs.push(...jobs.filter(({ jobId }) => !waiting.has(jobId)));
        if (jobs.length >= limit) queue.more = true;
        this.#deps.onReady();
      },
      () => {
        // The database is in trouble; the next job that ends or comes in tries again.
        queue.loading = false;
        queue.more = true;
      },
    );
  }

  #queueOf(accountId: string): AccountQueue {
    const known = this.#accounts.get(accountId);
    if (known) return known;
    const queue: AccountQueue = { jobs: [], more: false, loading: false };
    this.#accounts.set(accountId, queue);
    return queue;
  }
}

export function isSuspect(job: { readonly crashes: number }): boolean {
  return job.crashes >= SUSPECT_CRASHES;
}
