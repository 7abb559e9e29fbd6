import { statSync } from 'node:fs';
import type { Compilable, Kysely } from 'kysely';
import { type BoundedSnapshot, boundSnapshot } from '../bounded-snapshot.ts';
import type { Database, ParamRef, Params, Snapshot, Statement, WriteOptions, WriteResult } from '../port.ts';
import type { Schema } from '../schema.ts';
import { createQueryBuilder, prepareStatement, toStatement } from '../statements.ts';
import { openForReading, QueryRunner } from './connection.ts';
import { migrate } from './migrate.ts';
import { Scanner } from './scanner.ts';
import { Writer } from './writer.ts';

/** The write-ahead log is copied into the data file once it is larger than this. */
const CHECKPOINT_BYTES = 8 * 1024 * 1024;
/** How many flushes pass between looks at the log's size. */
const CHECKPOINT_EVERY = 200;
/** A snapshot keeps the log from starting anew; past this it is given up. */
const MAX_PINNED_BYTES = 512 * 1024 * 1024;

/**
 * Opens (and migrates) the data file. Short reads run on this thread, where one costs some 5 µs and no hop; writes go
 * to the writer thread, long reads and checkpoints to a third. The caller holds the folder's lock (see home-lock.ts).
 */
export async function openSqliteDatabase(path: string): Promise<Database> {
  migrate(path);
  const scanner = new Scanner(path);
  const snapshots = new Set<BoundedSnapshot>();
  let flushes = 0;
  const checkpointWhenLarge = () => {
    if (++flushes % CHECKPOINT_EVERY !== 0) return;
    const bytes = walBytes(path);
    if (bytes < CHECKPOINT_BYTES) return;
    if (bytes > MAX_PINNED_BYTES) for (const snapshot of snapshots) snapshot.end();
    // A failed checkpoint loses nothing: the log stays longer and the next one tries again.
    scanner.checkpoint().catch(() => undefined);
  };
  const writer = await Writer.start(path, checkpointWhenLarge);
  return new SqliteDatabase(path, writer, scanner, snapshots);
}

class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  readonly build: Kysely<Schema> = createQueryBuilder('sqlite');
  readonly #reader: QueryRunner;
  readonly #closeReader: () => void;
  readonly #writer: Writer;
  readonly #scanner: Scanner;
  readonly #path: string;
  readonly #snapshots: Set<BoundedSnapshot>;

  constructor(path: string, writer: Writer, scanner: Scanner, snapshots: Set<BoundedSnapshot>) {
    this.#path = path;
    this.#snapshots = snapshots;
    const connection = openForReading(path);
    this.#reader = new QueryRunner(connection);
    this.#closeReader = () => connection.close();
    this.#writer = writer;
    this.#scanner = scanner;
  }

  async all<Row>(query: Compilable<Row>): Promise<Row[]> {
    return this.#read<Row>(toStatement(query));
  }

  async first<Row>(query: Compilable<Row>): Promise<Row | undefined> {
    return this.#read<Row>(toStatement(query))[0];
  }

  async scan<Row>(query: Compilable<Row>): Promise<Row[]> {
    const { sql, params } = toStatement(query);
    // The builder typed the rows that this very query returns.
    return (await this.#scanner.query(sql, params)) as Row[];
  }

  async snapshot(maxMs: number): Promise<Snapshot> {
    const thread = new Scanner(this.#path, { isSnapshot: true });
    // The thread answers when it has begun.
    await thread.query('SELECT 1', []);
    const snapshot = boundSnapshot(thread, maxMs, () => this.#snapshots.delete(snapshot));
    this.#snapshots.add(snapshot);
    return snapshot;
  }

  write(statements: readonly Statement[], options?: WriteOptions): Promise<WriteResult> {
    return this.#writer.write(statements, options);
  }

  statement(query: Compilable<unknown>, guard?: string): Statement {
    return toStatement(query, guard);
  }

  prepare<P extends Params>(
    build: (queries: Kysely<Schema>, param: ParamRef<P>) => Compilable<unknown>,
    guard?: string,
  ): (params: P) => Statement {
    return prepareStatement(this.build, build, guard);
  }

  prepareRead<P extends Params, Row>(
    build: (queries: Kysely<Schema>, param: ParamRef<P>) => Compilable<Row>,
  ): (params: P) => Promise<Row[]> {
    const statement = prepareStatement(this.build, build);
    return async (params) => this.#read<Row>(statement(params));
  }

  changeCount(table: keyof Schema): number {
    return this.#writer.changeCount(table);
  }

  get waitingWrites(): number {
    return this.#writer.waiting;
  }

  writeTrouble(): Promise<string | undefined> {
    return this.#writer.trouble();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#snapshots].map((snapshot) => snapshot.close()));
    await this.#scanner.close();
    this.#closeReader();
    await this.#writer.close();
  }

  #read<Row>({ sql, params }: Statement): Row[] {
    // The builder typed the rows that this very query returns.
    return this.#reader.all(sql, params) as Row[];
  }
}

function walBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
