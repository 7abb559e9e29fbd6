import { DatabaseSync } from 'node:sqlite';
import { migrations } from '../migrations/index.ts';
import type { PostgresConnection } from '../postgres/connection.ts';
import { placeOf } from '../postgres/place-of.ts';
import { openSnapshot, storedSchema } from '../postgres/snapshot.ts';
import { migrate } from '../sqlite/migrate.ts';
import { GUARDED, MADE_THERE, query, requireSame, type Table, tablesOf } from './tables.ts';

const ROWS_AT_ONCE = 500;

/**
 * Copies a PostgreSQL database, as it is at one moment, into a new SQLite data file, and hands each uploaded file to
 * `keepUpload`; servers may be at work meanwhile. Both hold the same then: rows of each table, sums of each column of
 * money. Full-text search is not copied; the knowledge room makes it anew. Throws for a database of another version.
 */
export async function copyFromPostgres(
  url: string,
  path: string,
  keepUpload: (documentId: string, bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const source = await openSnapshot(url, 'muster backup');
  try {
    await requireThisVersion(source, url);
    migrate(path);
    const target = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    try {
      // A file that is not whole is thrown away; it need not survive anything.
      target.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN');
      const setGuards = takeGuards(target);
      for (const table of tablesOf(target)) await copyTable(source, target, table);
      setGuards();
      for (const table of tablesOf(target, true)) {
        if (table.name !== 'migrations') await requireSame(target, source, table);
      }
      target.exec('COMMIT');
    } finally {
      target.close();
    }
    for await (const upload of rowsOf(source, 'uploads', ['document_id', 'bytes'], 1)) {
      if (upload.bytes instanceof Uint8Array) await keepUpload(String(upload.document_id), upload.bytes);
    }
  } finally {
    await source.close();
  }
}

async function requireThisVersion(source: PostgresConnection, url: string): Promise<void> {
  const stored = await storedSchema(source);
  if (stored === migrations.length) return;
  const place = placeOf(url);
  if (stored === 0) throw new Error(`there is no Muster data in the database at ${place}.`);
  throw new Error(
    stored > migrations.length
      ? `a newer Muster wrote the database at ${place}. Use that version.`
      : `the database at ${place} is of an older version. Start a server of this one once.`,
  );
}

/** Takes the triggers of guarded tables away; the function that it returns sets them again. */
function takeGuards(target: DatabaseSync): () => void {
  const guards = target
    .prepare(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN (${GUARDED.map((name) => `'${name}'`)})`,
    )
    .all();
  for (const { name } of guards) target.exec(`DROP TRIGGER "${String(name)}"`);
  return () => {
    for (const { sql } of guards) target.exec(String(sql));
  };
}

async function copyTable(
  source: PostgresConnection,
  target: DatabaseSync,
  { name, columns }: Table,
): Promise<void> {
  if (MADE_THERE.has(name)) return;
  const insert = target.prepare(
    `INSERT INTO "${name}" (${listOf(columns)}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  for await (const row of rowsOf(source, name, columns, ROWS_AT_ONCE)) {
    insert.run(...columns.map((column) => toSqlite(row[column])));
  }
}

/** By a cursor: so many rows are in memory at once. */
async function* rowsOf(
  source: PostgresConnection,
  table: string,
  columns: readonly string[],
  atOnce: number,
) {
  await source.script(`DECLARE rows NO SCROLL CURSOR FOR SELECT ${listOf(columns)} FROM "${table}"`);
  for (;;) {
    const rows = await query(source, `FETCH ${atOnce} FROM rows`);
    if (rows.length === 0) break;
    yield* rows;
  }
  await source.script(`CLOSE rows`);
}

function listOf(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(', ');
}

function toSqlite(value: unknown): string | number | bigint | Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'bigint' || value instanceof Uint8Array) return value;
  // An integer that is bound as a number would be a REAL, which STRICT tables take only where nothing is lost.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  throw new TypeError(`A value of type ${typeof value} cannot be copied`);
}
