import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { isMoneyColumn } from '../money-columns.ts';
import type { SqlValue } from '../port.ts';

/** How long a connection waits for another that is in its way. */
export const BUSY_MS = 10_000;
/** A log that starts anew keeps so much of its file: writing over it costs the disk and the kernel less than growing. */
const KEPT_LOG_BYTES = 56 * 1024 * 1024;

/** It writes where its indexes end, and what it misses the kernel has: 8 MB took as much of memory and made it no faster. */
const WRITER_CACHE_KB = 2_000;

/**
 * Opens the data file for writing, with a write-ahead log whose checkpoints are the maintenance thread's. `commits` are
 * on the disk when they return, or are the caller's to flush (log-flusher.ts): the log itself stays sound either way,
 * SQLite flushes it before it copies from it.
 */
export function openForWriting(path: string, commits: 'flushed' | 'unflushed' = 'flushed'): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: BUSY_MS, enableForeignKeyConstraints: true });
  connection.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${commits === 'flushed' ? 'FULL' : 'NORMAL'};
    PRAGMA secure_delete = FAST;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = ${KEPT_LOG_BYTES};
    PRAGMA cache_size = -${WRITER_CACHE_KB};
    PRAGMA temp_store = MEMORY;
  `);
  return connection;
}

export function openForReading(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
  connection.exec('PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;');
  return connection;
}

/** Runs queries on one connection with statements that are compiled once. */
export class QueryRunner {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, { statement: StatementSync; money: boolean }>();

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  all(sql: string, params: readonly SqlValue[]): unknown[] {
    const { statement, money } = this.#prepare(sql);
    const rows = statement.all(...params);
    if (money) for (const row of rows) narrowIntegers(row);
    return rows;
  }

  #prepare(sql: string): { statement: StatementSync; money: boolean } {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#connection.prepare(sql);
    const money = statement.columns().some((column) => isMoneyColumn(column.name));
    if (money) statement.setReadBigInts(true);
    const entry = { statement, money };
    // Lists with many filter combinations make many texts; the cache must not grow with them.
    if (this.#statements.size >= 500) this.#statements.clear();
    this.#statements.set(sql, entry);
    return entry;
  }
}

/** Where one column is money the driver reads all integers as bigint; the others become numbers again here. */
function narrowIntegers(row: Record<string, unknown>): void {
  for (const name in row) {
    const value = row[name];
    if (typeof value === 'bigint' && !isMoneyColumn(name)) row[name] = Number(value);
  }
}
