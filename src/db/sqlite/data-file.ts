import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Compilable } from 'kysely';
import { migrations } from '../migrations/index.ts';
import type { Database } from '../port.ts';
import { createQueryBuilder, toStatement } from '../statements.ts';
import { openForReading, QueryRunner } from './connection.ts';

/** The schema that this version writes, and the newest that it can read. */
export const SCHEMA_VERSION = migrations.length;

/** A data file as somebody sees it who does not write to it: also while a server works on it. */
export interface DataFile extends Pick<Database, 'build' | 'all'> {
  /** How far its schema is, and how far this version's goes. */
  readonly schema: { readonly stored: number; readonly known: number };
  /** What SQLite finds wrong with the file, its indexes, full-text search and constraints; empty when it is sound. */
  integrityProblems(): readonly string[];
  foreignKeyProblems(): readonly string[];
  /** Rows of each table. */
  rowCounts(): Readonly<Record<string, number>>;
  /** Of tables that keep what was deleted, or have sandboxes beside accounts: the rows that are neither. */
  existingCounts(): Readonly<Record<string, number>>;
  /** Writes a whole, compact copy to a path where there is nothing; not from within a snapshot. */
  copyTo(path: string): void;
  close(): void;
}

/**
 * Opens a data file for reading, or throws when there is none. With `snapshot` everything that is read is of one moment,
 * until `close`.
 */
export function openDataFile(path: string, { snapshot }: { readonly snapshot: boolean }): DataFile {
  if (!existsSync(path)) throw new Error(`There is no Muster data at ${path}.`);
  const { connection, stored } = open(path, snapshot);
  const runner = new QueryRunner(connection);
  const rows = (sql: string) => connection.prepare(sql).all();
  // Tables of full-text search are counted through what they index.
  const tables = () =>
    rows(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    ).map(({ name }) => String(name));
  const countRows = (table: string, where = '') =>
    Number(rows(`SELECT count(*) AS count FROM "${table}" ${where}`)[0]?.count);
  return {
    build: createQueryBuilder('sqlite'),
    schema: { stored, known: SCHEMA_VERSION },

    async all<Row>(query: Compilable<Row>): Promise<Row[]> {
      const { sql, params } = toStatement(query);
      // The builder typed the rows that this very query returns.
      return runner.all(sql, params) as Row[];
    },

    integrityProblems: () =>
      rows('PRAGMA integrity_check')
        .map((row) => String(row.integrity_check))
        .filter((line) => line !== 'ok'),

    foreignKeyProblems: () =>
      rows('PRAGMA foreign_key_check').map(
        ({ table, rowid, parent }) => `${table}: row ${rowid} names a row of ${parent} that is not there`,
      ),

    rowCounts: () => Object.fromEntries(tables().map((name) => [name, countRows(name)])),

    existingCounts: () =>
      Object.fromEntries(
        tables().flatMap((name) => {
          // A file of an older schema has fewer of them.
          const marks = rows(`SELECT name FROM pragma_table_info('${name}')`).flatMap((column) =>
            column.name === 'deleted_at' || column.name === 'sandbox_of' ? [`${column.name} IS NULL`] : [],
          );
          return marks.length === 0 ? [] : [[name, countRows(name, `WHERE ${marks.join(' AND ')}`)]];
        }),
      ),

    copyTo(to) {
      connection.prepare('VACUUM INTO ?').run(to);
    },

    close: () => connection.close(),
  };
}

function open(path: string, snapshot: boolean): { connection: DatabaseSync; stored: number } {
  let connection: DatabaseSync | undefined;
  try {
    connection = openForReading(path);
    // The first read after BEGIN fixes the moment.
    if (snapshot) connection.exec('BEGIN');
    const ours = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").get();
    const newest = ours && connection.prepare('SELECT max(id) AS id FROM migrations').get();
    return { connection, stored: Number(newest?.id ?? 0) };
  } catch (cause) {
    connection?.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${path} cannot be read as Muster data: ${reason}.`, { cause });
  }
}
