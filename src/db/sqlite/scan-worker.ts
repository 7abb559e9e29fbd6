/**
 * Runs long queries and checkpoints, where they hold up neither requests nor commits. Started at first need.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { SqlValue } from '../port.ts';
import { openForReading, openForWriting, QueryRunner } from './connection.ts';

export type ToScanner =
  | {
      readonly id: number;
      readonly type: 'query';
      readonly sql: string;
      readonly params: readonly SqlValue[];
    }
  | { readonly id: number; readonly type: 'checkpoint' };
export type FromScanner =
  | { readonly id: number; readonly rows: readonly unknown[] }
  | { readonly id: number; readonly error: string };

if (!parentPort) throw new Error('scan-worker.ts runs as a worker thread only');
const port = parentPort;
const path = String(workerData.path);
const reader = openForReading(path);
// What is begun here ends with the thread. A read fixes the moment.
if (workerData.isSnapshot === true) reader.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
const runner = new QueryRunner(reader);
const checkpointer = openForWriting(path);

port.on('message', (request: ToScanner) => {
  try {
    const rows =
      request.type === 'query'
        ? runner.all(request.sql, request.params)
        : // PASSIVE copies what it can without ever waiting for, or blocking, a reader or the writer.
          checkpointer.prepare('PRAGMA wal_checkpoint(PASSIVE)').all();
    port.postMessage({ id: request.id, rows } satisfies FromScanner);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    port.postMessage({ id: request.id, error: message } satisfies FromScanner);
  }
});
