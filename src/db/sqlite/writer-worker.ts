/**
 * The only connection that writes. Runs in a worker thread: whatever batches have arrived by the time it is free are
 * applied and committed in one transaction. The process that asked for it flushes the log (log-flusher.ts).
 */
import { statSync } from 'node:fs';
import type { StatementSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { garbageCollector } from '../../lib/garbage-collector.ts';
import { lowerThreadPriority } from '../../lib/lower-thread-priority.ts';
import { BUSY_MS, openForWriting } from './connection.ts';
import { type Batch, type BatchOutcome, decodeBatches, type FromWriter, type ToWriter } from './protocol.ts';

if (!parentPort) throw new Error('writer-worker.ts runs as a worker thread only');
const port = parentPort;
// While others have work it waits, and more batches share its next commit.
lowerThreadPriority();
const path = String(workerData.path);
const connection = openForWriting(path, 'unflushed');
const statements: StatementSync[] = [];

/**
 * A busy writer outruns the checkpoints of the other thread; past this it stops for one of its own, after which the log
 * starts anew in the same file. A reader of an old snapshot is in its way: it is not waited for longer than this.
 */
const MAX_WAL_BYTES = 64 * 1024 * 1024;
const WAIT_FOR_READERS_MS = 20;
const LOOK_EVERY_COMMITS = 256;
let commits = 0;

/** SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL and SQLITE_CANTOPEN. */
const STORAGE_CODES: ReadonlySet<number> = new Set([8, 10, 13, 14]);

const COLLECT_AFTER_MS = 2_000;

const begin = connection.prepare('BEGIN IMMEDIATE');
const commit = connection.prepare('COMMIT');
const rollback = connection.prepare('ROLLBACK');

/** A batch failed after it had written something: the shared transaction must be undone and run again more carefully. */
class Spoiled extends Error {}

port.on('message', (first: ToWriter) => {
  const batches: Batch[] = [];
  let closing = false;
  for (let message: ToWriter | undefined = first; message; message = next()) {
    if (message.type === 'close') {
      closing = true;
      break;
    }
    for (const [id, sql] of message.definitions) statements[id] = connection.prepare(sql);
    batches.push(...decodeBatches(message.batches));
  }
  if (batches.length > 0) applyTogether(batches);
  if (closing) {
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    connection.close();
    send({ type: 'closed' });
    port.close();
  }
});
// What the start of a thread leaves behind would stay: a writer makes too little garbage to be collected for it. Made
// before others go on: it sets a flag of the whole process for a moment, as theirs does.
setTimeout(garbageCollector(), COLLECT_AFTER_MS).unref();
send({ type: 'ready' });

function applyTogether(batches: readonly Batch[]): void {
  let outcomes: BatchOutcome[];
  try {
    outcomes = applyAll(batches);
    commit.run();
  } catch (error) {
    if (connection.isTransaction) rollback.run();
    tell(
      'settled',
      batches.map((batch) => failure(batch, error)),
    );
    return;
  }
  // Each batch is told of once: its number goes to another one then.
  tell(
    'settled',
    outcomes.filter((_, index) => batches[index]?.early),
  );
  tell(
    'committed',
    outcomes.filter((_, index) => !batches[index]?.early),
  );
  boundWal();
}

function tell(type: 'settled' | 'committed', outcomes: readonly BatchOutcome[]): void {
  if (outcomes.length > 0) send({ type, outcomes });
}

function applyAll(batches: readonly Batch[]): BatchOutcome[] {
  begin.run();
  try {
    return batches.map((batch) => apply(batch));
  } catch (error) {
    if (!(error instanceof Spoiled)) throw error;
    rollback.run();
    begin.run();
    return batches.map((batch) => applyInSavepoint(batch));
  }
}

/** What was committed is in the log whether it can be copied from there or not: the next look tries again. */
function boundWal(): void {
  commits += 1;
  if (commits % LOOK_EVERY_COMMITS !== 0) return;
  try {
    const size = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= MAX_WAL_BYTES) return;
    connection.exec(`PRAGMA busy_timeout = ${WAIT_FOR_READERS_MS}; PRAGMA wal_checkpoint(RESTART)`);
  } catch {
    // A disk without room has told those who wrote.
  } finally {
    connection.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  }
}

/** The fast way: no savepoint. A refusal or error of the first statement has written nothing and needs no undoing. */
function apply(batch: Batch): BatchOutcome {
  const changes: number[] = [];
  for (const [index, { statementId, params, guarded }] of batch.statements.entries()) {
    let changed: number;
    try {
      changed = run(statementId, params);
    } catch (error) {
      // Some errors (a full disk) end the transaction: nothing of it may go on by itself.
      if (!connection.isTransaction) throw error;
      if (index > 0) throw new Spoiled();
      return failure(batch, error);
    }
    if (guarded && changed === 0) {
      if (index > 0) throw new Spoiled();
      return { id: batch.id, refusedAt: index };
    }
    changes.push(changed);
  }
  return { id: batch.id, changes };
}

function applyInSavepoint(batch: Batch): BatchOutcome {
  connection.exec('SAVEPOINT batch');
  const changes: number[] = [];
  for (const [index, { statementId, params, guarded }] of batch.statements.entries()) {
    try {
      const changed = run(statementId, params);
      if (!guarded || changed > 0) {
        changes.push(changed);
        continue;
      }
    } catch (error) {
      if (!connection.isTransaction) throw error;
      connection.exec('ROLLBACK TO batch; RELEASE batch');
      return failure(batch, error);
    }
    connection.exec('ROLLBACK TO batch; RELEASE batch');
    return { id: batch.id, refusedAt: index };
  }
  connection.exec('RELEASE batch');
  return { id: batch.id, changes };
}

function run(statementId: number, params: Batch['statements'][number]['params']): number {
  const statement = statements[statementId];
  if (!statement) throw new Error(`Statement ${statementId} was never defined`);
  return Number(statement.run(...params).changes);
}

function failure(batch: Batch, error: unknown): BatchOutcome {
  const message = error instanceof Error ? error.message : String(error);
  // 19 is SQLITE_CONSTRAINT in its primary form; extended codes keep it in the low byte.
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  const fault = code === 19 ? 'conflict' : STORAGE_CODES.has(code) ? 'storage' : 'other';
  return { id: batch.id, error: message, fault };
}

function next(): ToWriter | undefined {
  return receiveMessageOnPort(port)?.message;
}

function send(message: FromWriter): void {
  port.postMessage(message);
}
