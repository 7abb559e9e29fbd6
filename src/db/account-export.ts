import { setImmediate } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import { type ExportedRow, toLine } from './export-line.ts';
import type { ExportedTable, Way } from './exported-tables.ts';
import type { Database } from './port.ts';

/** Of rows; what may be large of them is read as much of at once as `PAGE_BYTES` says, or one. */
const PAGE = 500;
const PAGE_BYTES = 4_000_000;
/** Of owners, whose rows are looked for together. */
const FEW = 100;

type Reader = Pick<Database, 'build' | 'scan'>;

/**
 * The account's rows of a table, as people read them: a JSON object a line, some megabytes at a time, or a single row
 * that is larger. Those that come in meanwhile may be among them.
 */
export async function* exportLines(
  db: Reader,
  accountId: string,
  exported: ExportedTable,
  formatUsd: (nanoUsd: bigint) => string,
): AsyncGenerator<string> {
  const { key, table, json = [], texts = [] } = exported;
  const without = new Set(['account_id', ...(exported.without ?? [])]);
  const jsonNames = new Set(json);
  const toLines = (rows: readonly ExportedRow[]): string =>
    rows.map((row) => toLine(row, without, jsonNames, formatUsd)).join('');

  const sizes = [...json, ...texts].map((name) => sql`coalesce(octet_length(${sql.ref(name)}), 0)`);
  if (sizes.length === 0) {
    for await (const rows of rowsOf(db, accountId, exported, sql`*`)) yield toLines(rows);
    return;
  }
  const places = sql`${listOf(key)}, ${sql.join(sizes, sql` + `)} AS size_bytes`;
  for await (const page of rowsOf(db, accountId, exported, places)) {
    for (const rows of byBytes(page)) {
      const query = sql<ExportedRow>`SELECT * FROM ${sql.table(table)}
        WHERE account_id = ${accountId} AND ${among(rows, key)} ORDER BY ${listOf(key)}`;
      // Nothing of it is kept from here while it is packed.
      yield toLines(await db.scan({ compile: () => query.compile(db.build) }));
      await setImmediate();
    }
  }
}

/** Some columns of the same rows, a page at a time. */
export async function* exportRows(
  db: Reader,
  accountId: string,
  exported: ExportedTable,
  names: readonly string[],
): AsyncGenerator<ExportedRow[]> {
  yield* rowsOf(db, accountId, exported, listOf([...new Set([...exported.key, ...names])]));
}

async function* rowsOf(
  db: Reader,
  accountId: string,
  exported: ExportedTable,
  columns: RawBuilder<unknown>,
): AsyncGenerator<ExportedRow[]> {
  const { of, table, key } = exported;
  if (!of) yield* pages(db, { table, key }, columns, sql`account_id = ${accountId}`);
  else for (const way of of) yield* rowsBy(db, accountId, exported, way, columns);
}

async function* rowsBy(
  db: Reader,
  accountId: string,
  { table, key }: ExportedTable,
  way: Way,
  columns: RawBuilder<unknown>,
): AsyncGenerator<ExportedRow[]> {
  const { column, owners, only = sql`1 = 1`, name = (id) => id } = way;
  const found = listOf(owners.key);
  for await (const page of rowsOf(db, accountId, owners, found)) {
    for (let first = 0; first < page.length; first += FEW) {
      const ids = sql.join(page.slice(first, first + FEW).map(({ id }) => name(String(id))));
      const which = sql`account_id = ${accountId} AND ${sql.ref(column)} IN (${ids}) AND ${only}`;
      yield* pages(db, { table, key: way.key ?? key }, columns, which);
    }
  }
}

async function* pages(
  db: Reader,
  { table, key }: ExportedTable,
  columns: RawBuilder<unknown>,
  which: RawBuilder<unknown>,
): AsyncGenerator<ExportedRow[]> {
  const order = listOf(key);
  let after = sql``;
  for (;;) {
    const query = sql<ExportedRow>`SELECT ${columns} FROM ${sql.table(table)}
      WHERE ${which} ${after} ORDER BY ${order} LIMIT ${sql.lit(PAGE)}`;
    const rows = await db.scan({ compile: () => query.compile(db.build) });
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    if (rows.length < PAGE) return;
    after = sql`AND (${order}) > (${valuesOf(last, key)})`;
  }
}

function* byBytes(rows: readonly ExportedRow[]): Generator<ExportedRow[]> {
  let group: ExportedRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Number(row.size_bytes);
    if (group.length > 0 && bytes + size > PAGE_BYTES) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(row);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

/** These rows and no others, of those of the account. */
function among(rows: readonly ExportedRow[], key: readonly string[]): RawBuilder<unknown> {
  if (key.includes('id')) return sql`id IN (${sql.join(rows.map(({ id }) => id))})`;
  const [first, last] = [rows[0] ?? {}, rows.at(-1) ?? {}];
  const [leading = ''] = key;
  const values = sql.join([...new Set(rows.map((row) => row[leading]))]);
  const order = listOf(key);
  return sql`${sql.ref(leading)} IN (${values})
    AND (${order}) >= (${valuesOf(first, key)}) AND (${order}) <= (${valuesOf(last, key)})`;
}

function listOf(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.ref(name)));
}

function valuesOf(row: ExportedRow, key: readonly string[]): RawBuilder<unknown> {
  return sql.join(key.map((name) => row[name]));
}
