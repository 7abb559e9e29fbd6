import { DatabaseConflict, type Statement, type WriteOptions, type WriteResult } from '../port.ts';
import { type ConnectionOptions, PostgresConnection } from './connection.ts';
import type { Command, CommandResult } from './exchange.ts';
import { type Batch, judge, lockAccounts, type Outcome } from './group.ts';
import {
  ConnectionLost,
  isConstraint,
  isContention,
  isServerAway,
  isStalePlan,
  sqlStateOf,
  unavailable,
} from './unavailable.ts';

/** Batches that share a commit at most; what is more waits for the next. */
const GROUP = 256;
/** How often a group is tried again that stood in another's way. */
const CONTENTION_TRIES = 8;
/** How long a write waits for a database that cannot be reached, if it asked for that. */
const PATIENCE_MS = 120_000;
/** How long it may take to find out what became of a commit whose reply was lost. */
const DOUBT_MS = 15_000;
const RETRY_EVERY_MS = 250;

/** What pg_xact_status says of a transaction that the server does not know. */
const IN_THE_FUTURE = '22023';

const BEGIN: Command = { sql: 'BEGIN', params: [] };
const UNFLUSHED: Command = { sql: 'SET LOCAL synchronous_commit = off', params: [] };
const COMMIT: Command = { sql: 'COMMIT', params: [] };
const ROLLBACK: Command = { sql: 'ROLLBACK', params: [] };
const SAVEPOINT: Command = { sql: 'SAVEPOINT batch', params: [] };
const ROLLBACK_TO: Command = { sql: 'ROLLBACK TO SAVEPOINT batch', params: [] };
const TRANSACTION_ID: Command = { sql: 'SELECT pg_current_xact_id()::text AS id', params: [] };

/** The reply to a commit was lost: it may have happened or not. */
class InDoubt extends Error {
  readonly transactionId: string;
  /** What holds if it has happened. */
  readonly outcomes: readonly Outcome[];
  constructor(transactionId: string, outcomes: readonly Outcome[], cause: unknown) {
    super('It is not known whether a commit was carried out', { cause });
    this.transactionId = transactionId;
    this.outcomes = outcomes;
  }
}

/**
 * All writes of this process, on one connection and in order: whatever batches have come in while a commit was under way
 * share the next. They are sent in one go and looked at afterwards; only when one of them fails is the transaction undone
 * and done again with a savepoint a batch.
 */
export class Writer {
  readonly #connection: PostgresConnection;
  readonly #onCommit: () => void;
  #queue: Batch[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: ConnectionOptions, onCommit: () => void = () => undefined) {
    this.#connection = new PostgresConnection(options);
    this.#onCommit = onCommit;
  }

  write(statements: readonly Statement[], options: WriteOptions = {}): Promise<WriteResult> {
    if (this.#closed) return Promise.reject(new Error('The database is closed'));
    if (statements.length === 0) return Promise.resolve({ ok: true, changes: [] });
    const early = options.ack === 'applied';
    const waitUntil = options.whenAway === 'wait' ? performance.now() + PATIENCE_MS : 0;
    return new Promise((resolve, reject) => {
      this.#queue.push({ statements, early, waitUntil, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Takes its connection before others have taken all. Rejects with ConnectionLost. */
  open(): Promise<void> {
    return this.#connection.open();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#connection.close();
  }

  async #run(): Promise<void> {
    // What else comes in during this turn shares the first commit.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, GROUP);
      try {
        settle(group, await this.#writeGroup(group));
        this.#onCommit();
      } catch (error) {
        if (isAway(error)) await this.#sitOut(group, error);
        else for (const { reject } of group) reject(error);
      }
    }
    this.#running = undefined;
  }

  /** The database is away: who does not want to wait is told so, the others stay in front of the queue. */
  async #sitOut(group: readonly Batch[], error: unknown): Promise<void> {
    const now = performance.now();
    const patient = (batch: Batch): boolean => {
      if (!this.#closed && batch.waitUntil > now) return true;
      batch.reject(unavailable(error));
      return false;
    };
    this.#queue = [...group.filter(patient), ...this.#queue.filter(patient)];
    if (this.#queue.length > 0) await pause(RETRY_EVERY_MS);
  }

  async #writeGroup(group: readonly Batch[]): Promise<readonly Outcome[]> {
    for (let tried = 1; ; tried++) {
      try {
        return (await this.#together(group)) ?? (await this.#oneByOne(group));
      } catch (error) {
        if (error instanceof InDoubt) {
          if (await this.#wasCommitted(error)) return error.outcomes;
          continue;
        }
        const again = isContention(error) || isStalePlan(error) || isUnsent(error);
        if (!again || tried === CONTENTION_TRIES) throw error;
        if (isContention(error)) await pause(Math.random() * 5 * 2 ** tried);
      }
    }
  }

  /** The fast way: everything in one round trip, then the commit. Undefined when something of it failed; nothing is written then. */
  async #together(group: readonly Batch[]): Promise<Outcome[] | undefined> {
    const head = this.#opening(group);
    const commands = [...head, ...group.flatMap(({ statements }) => statements), TRANSACTION_ID];
    const results: CommandResult[] = [];
    try {
      await this.#connection.run(commands, results);
    } catch (error) {
      if (error instanceof ConnectionLost) throw error;
      await this.#rollBack();
      if (isContention(error) || isStalePlan(error)) throw error;
      const [only] = group;
      return only && group.length === 1 ? [judgeFailed(only, results.slice(head.length), error)] : undefined;
    }
    let at = head.length;
    const outcomes = group.map((batch) => {
      const own = results.slice(at, at + batch.statements.length);
      at += batch.statements.length;
      return judge(batch, own);
    });
    if (outcomes.every(({ ok }) => ok)) {
      await this.#commit(results, outcomes);
      return outcomes;
    }
    await this.#rollBack();
    return group.length === 1 ? outcomes : undefined;
  }

  async #oneByOne(group: readonly Batch[]): Promise<Outcome[]> {
    await this.#connection.run(this.#opening(group));
    const outcomes: Outcome[] = [];
    for (const batch of group) {
      let outcome: Outcome;
      const results: CommandResult[] = [];
      try {
        await this.#connection.run([SAVEPOINT, ...batch.statements], results);
        outcome = judge(batch, results.slice(1));
      } catch (error) {
        if (error instanceof ConnectionLost) throw error;
        if (isContention(error) || isStalePlan(error)) {
          await this.#rollBack();
          throw error;
        }
        outcome = judgeFailed(batch, results.slice(1), error);
      }
      if ('error' in outcome || !outcome.ok) await this.#connection.run([ROLLBACK_TO]);
      outcomes.push(outcome);
    }
    await this.#commit(await this.#connection.run([TRANSACTION_ID]), outcomes);
    return outcomes;
  }

  /** `results` end with the transaction's id. */
  async #commit(results: readonly CommandResult[], outcomes: readonly Outcome[]): Promise<void> {
    try {
      await this.#connection.run([COMMIT]);
    } catch (error) {
      if (!(error instanceof ConnectionLost) || !error.sent) throw error;
      throw new InDoubt(String(Object(results.at(-1)?.rows[0]).id), outcomes, error);
    }
  }

  /** A group that nobody needs on disk is not flushed: a power cut takes it with all that came after it or not at all. */
  #opening(group: readonly Batch[]): Command[] {
    const early = group.every((batch) => batch.early);
    const lock = lockAccounts(group);
    return [BEGIN, ...this.#connection.bounds, ...(early ? [UNFLUSHED] : []), ...(lock ? [lock] : [])];
  }

  async #rollBack(): Promise<void> {
    await this.#connection.run([ROLLBACK]);
  }

  /** Asks the database, once it is back, what became of a transaction. Rejects with ConnectionLost when it stays away. */
  async #wasCommitted({ transactionId, cause }: InDoubt): Promise<boolean> {
    const deadline = performance.now() + DOUBT_MS;
    const question = { sql: 'SELECT pg_xact_status(cast($1 AS xid8)) AS status', params: [transactionId] };
    while (performance.now() < deadline) {
      try {
        const [answer] = await this.#connection.run([question]);
        const { status } = Object(answer?.rows[0]);
        if (status !== 'in progress') return status === 'committed';
      } catch (error) {
        // It has never come to such a number: a standby took over that had not heard of it.
        if (sqlStateOf(error) === IN_THE_FUTURE) return false;
        if (!isAway(error)) throw error;
      }
      await pause(RETRY_EVERY_MS);
    }
    throw new ConnectionLost(true, cause);
  }
}

function settle(group: readonly Batch[], outcomes: readonly Outcome[]): void {
  for (const [index, { resolve, reject }] of group.entries()) {
    const outcome = outcomes[index];
    if (outcome && 'error' in outcome) reject(outcome.error);
    else if (outcome) resolve(outcome);
  }
}

/** A guard that did not hold comes before an error of what stands behind it: that would not have been carried out. */
function judgeFailed(batch: Batch, before: readonly CommandResult[], error: unknown): Outcome {
  const judged = judge(batch, before);
  return judged.ok ? { error: toWriteError(error) } : judged;
}

function toWriteError(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (isConstraint(error)) return new DatabaseConflict(message, { cause: error });
  return new Error(`Database write failed: ${message}`, { cause: error });
}

/** The connection had been lost before; nothing was carried out. A group that was under way is undone by the server. */
function isUnsent(error: unknown): boolean {
  return error instanceof ConnectionLost && error.sent;
}

function isAway(error: unknown): boolean {
  return error instanceof ConnectionLost || isServerAway(error);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
