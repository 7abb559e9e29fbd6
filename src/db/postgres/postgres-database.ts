import type { Compilable, Kysely } from 'kysely';
import { type BoundedSnapshot, boundSnapshot } from '../bounded-snapshot.ts';
import type { Database, ParamRef, Params, Snapshot, Statement, WriteOptions, WriteResult } from '../port.ts';
import type { Schema } from '../schema.ts';
import { createQueryBuilder, prepareStatement, toStatement } from '../statements.ts';
import { PostgresConnection } from './connection.ts';
import { migrate } from './migrate.ts';
import { Reader } from './reader.ts';
import { openSnapshot } from './snapshot.ts';
import { ConnectionLost, unavailable } from './unavailable.ts';
import { Writer } from './writer.ts';

/** Connections of a process: these and one each for writes and for signals. Queries share them, so few are enough. */
const READ_CONNECTIONS = 4;
const SCAN_CONNECTIONS = 2;
/** So much later PostgreSQL itself ends a snapshot, whose process must have been stopped. */
const SNAPSHOT_GRACE_MS = 30_000;

/**
 * Opens (and migrates) a PostgreSQL database. Rejects when it cannot be reached. `directUrl` goes past the pooler that `url`
 * goes through.
 */
export async function openPostgresDatabase(url: string, directUrl?: string): Promise<Database> {
  const migration = new PostgresConnection({
    url: directUrl ?? url,
    name: 'muster migration',
    isPatient: true,
  });
  try {
    await migrate(migration);
  } finally {
    await migration.close();
  }
  const db = new PostgresDatabase({ url, isPooled: directUrl !== undefined });
  try {
    await db.open();
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}

class PostgresDatabase implements Database {
  readonly dialect = 'postgres';
  readonly build: Kysely<Schema> = createQueryBuilder('postgres');
  readonly #reader: Reader;
  readonly #scanner: Reader;
  readonly #writer: Writer;
  readonly #to: { readonly url: string; readonly isPooled: boolean };
  readonly #snapshots = new Set<BoundedSnapshot>();

  constructor(to: { readonly url: string; readonly isPooled: boolean }) {
    this.#to = to;
    this.#reader = new Reader({ ...to, name: 'muster read' }, READ_CONNECTIONS, { together: true });
    this.#scanner = new Reader({ ...to, name: 'muster scan' }, SCAN_CONNECTIONS, { together: false });
    this.#writer = new Writer({ ...to, name: 'muster write' });
  }

  open(): Promise<void> {
    return this.#writer.open();
  }

  all<Row>(query: Compilable<Row>): Promise<Row[]> {
    return this.#read<Row>(this.#reader, toStatement(query));
  }

  async first<Row>(query: Compilable<Row>): Promise<Row | undefined> {
    return (await this.#read<Row>(this.#reader, toStatement(query)))[0];
  }

  scan<Row>(query: Compilable<Row>): Promise<Row[]> {
    return this.#read<Row>(this.#scanner, toStatement(query));
  }

  async snapshot(maxMs: number): Promise<Snapshot> {
    let snapshot: BoundedSnapshot | undefined;
    // It would connect again, and read at another moment.
    const onLost = (): void => snapshot?.end();
    try {
      const connection = await openSnapshot(this.#to.url, 'muster snapshot', {
        isPooled: this.#to.isPooled,
        onLost,
        maxMs: maxMs + SNAPSHOT_GRACE_MS,
      });
      const query = async (sql: string, params: Statement['params']) =>
        (await connection.run([{ sql, params }]))[0]?.rows ?? [];
      const made = boundSnapshot({ query, close: () => connection.close() }, maxMs, () =>
        this.#snapshots.delete(made),
      );
      snapshot = made;
      this.#snapshots.add(made);
      try {
        await query('SELECT 1', []);
      } catch (error) {
        made.end();
        throw error;
      }
      return made;
    } catch (error) {
      throw error instanceof ConnectionLost ? unavailable(error) : error;
    }
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
    return (params) => this.#read<Row>(this.#reader, statement(params));
  }

  /** Other processes write as well. */
  changeCount(): undefined {
    return undefined;
  }

  get waitingWrites(): number {
    return this.#writer.waiting;
  }

  /** Reads and writes go to the same server: whether it can be reached shows in any read. */
  async writeTrouble(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await Promise.all([this.#reader, this.#scanner, ...this.#snapshots].map((each) => each.close()));
  }

  async #read<Row>(reader: Reader, { sql, params }: Statement): Promise<Row[]> {
    // The builder typed the rows that this very query returns.
    return (await reader.query({ sql, params })) as Row[];
  }
}
