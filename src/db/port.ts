import type { Compilable, Kysely } from 'kysely';
import type { Schema } from './schema.ts';

export type SqlValue = string | number | bigint | null | Uint8Array;

/** A compiled statement, ready to run any number of times. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /**
   * A statement with a guard must change at least one row; else the whole batch is undone and `write` says which guard
   * refused. This is how decisions that depend on the stored state stay atomic: `UPDATE … WHERE balance >= …`.
   */
  readonly guard?: string;
}

/** `refused` names the guard that did not hold; nothing of the batch was written then. */
export type WriteResult =
  | { readonly ok: true; readonly changes: readonly number[] }
  | { readonly ok: false; readonly refused: string };

export interface WriteOptions {
  /**
   * `durable` (default): resolves once the batch is on disk, so that it survives a kill and a power cut.
   * `applied`: resolves once the batch is visible to later writes; a power cut (on PostgreSQL also a crash of its own) may
   * take it away together with everything after it, never alone. For what a restart undoes anyway, such as credit holds.
   */
  readonly ack?: 'durable' | 'applied';
  /**
   * What happens while the database cannot be reached, or its disk takes nothing: `fail` (default) rejects with 503
   * service_unavailable, `wait` tries again for two minutes. For what must not be lost, such as the result of a call that has been paid for.
   */
  readonly whenAway?: 'fail' | 'wait';
}

/** Values of a prepared statement's named parameters. */
export type Params = Readonly<Record<string, SqlValue>>;

/** Marks where a parameter goes while a prepared statement is built. Typed as any column's value. */
export type ParamRef<P> = <K extends keyof P & string>(name: K) => P[K];

/**
 * The one way to the database. Transactions are batches, not conversations: no statement of a batch waits for the
 * process, so many batches share one commit and no lock is held while something else is awaited.
 *
 * Columns named `…_nano_usd` are bigint, all other integers are number, on both databases.
 */
export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  /** Builds typed queries; it cannot run them. */
  readonly build: Kysely<Schema>;

  /** Rows of a short query (by key, or a page of an indexed list), from a snapshot that has all acknowledged writes. */
  all<Row>(query: Compilable<Row>): Promise<Row[]>;
  first<Row>(query: Compilable<Row>): Promise<Row | undefined>;
  /** The same for queries that may take long: runs where it cannot hold up anything else. */
  scan<Row>(query: Compilable<Row>): Promise<Row[]>;

  /**
   * A moment that has all acknowledged writes, for what takes many queries; nothing that is written meanwhile is seen or
   * held up. It ends by itself after `maxMs`, or earlier where keeping it costs too much.
   */
  snapshot(maxMs: number): Promise<Snapshot>;

  /** All of the statements or none. Throws DatabaseConflict on a unique or check violation. */
  write(statements: readonly Statement[], options?: WriteOptions): Promise<WriteResult>;

  /** Turns a query into a statement; `guard` as in Statement. */
  statement(query: Compilable<unknown>, guard?: string): Statement;
  /** Compiles once, for paths where building a query would cost more than running it. */
  prepare<P extends Params>(
    build: (queries: Kysely<Schema>, param: ParamRef<P>) => Compilable<unknown>,
    guard?: string,
  ): (params: P) => Statement;
  prepareRead<P extends Params, Row>(
    build: (queries: Kysely<Schema>, param: ParamRef<P>) => Compilable<Row>,
  ): (params: P) => Promise<Row[]>;

  /**
   * Grows with every write to a table that others can see, where this process makes all writes; undefined where it does
   * not. Equal counts mean equal rows: what lets readers remember them (cacheUntilChanged).
   */
  changeCount(table: keyof Schema): number | undefined;

  /** Batches that were given to `write` and are not answered yet. */
  readonly waitingWrites: number;
  /** Why nothing can be written at this moment, for the operator; undefined when it can. */
  writeTrouble(): Promise<string | undefined>;

  close(): Promise<void>;
}

/** What was stored at one moment. To be closed. */
export interface Snapshot {
  /** As that of the database. Throws SnapshotOver when the moment has ended. */
  scan<Row>(query: Compilable<Row>): Promise<Row[]>;
  close(): Promise<void>;
}

/** It can no longer be read what was stored at that moment. */
export class SnapshotOver extends Error {
  override readonly name = 'SnapshotOver';
}

/** A unique or check constraint refused a batch; nothing of it was written. */
export class DatabaseConflict extends Error {
  override readonly name = 'DatabaseConflict';
}
