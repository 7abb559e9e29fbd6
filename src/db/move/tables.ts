import type { DatabaseSync } from 'node:sqlite';
import { isMoneyColumn } from '../money-columns.ts';
import type { PostgresConnection } from '../postgres/connection.ts';

/** A table as it is on both sides after a move. */
export interface MovedTable {
  readonly name: string;
  readonly rows: number;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly parents: readonly string[];
}

/** What a copy leaves out: the record of migrations, and what a trigger of the target makes of the rows that are copied. */
export const MADE_THERE: ReadonlySet<string> = new Set(['migrations', 'usage_rollups']);

/** Which rows are compared, where one side keeps more: sums by month are for former versions beside this one. */
const ONLY_BOTH_HAVE: Readonly<Record<string, string>> = { usage_rollups: " WHERE span <> 'month'" };

/** Their triggers take only what comes next; a copy brings rows that were let in where they come from, in any order. */
export const GUARDED = ['audit_log', 'audit_chain', 'audit_checkpoints'] as const;

/** The tables of a SQLite data file; without `all` those whose rows are copied. */
export function tablesOf(source: DatabaseSync, all = false): Table[] {
  const names = source
    .prepare(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .all()
    .map(({ name }) => String(name));
  return names
    .filter((name) => all || !MADE_THERE.has(name))
    .map((name) => ({
      name,
      columns: source
        .prepare('SELECT name FROM pragma_table_info(?)')
        .all(name)
        .map((row) => String(row.name)),
      parents: source
        .prepare('SELECT "table" AS parent FROM pragma_foreign_key_list(?)')
        .all(name)
        .map(({ parent }) => String(parent))
        .filter((parent) => parent !== name),
    }));
}

/** The number of rows, after both sides have told the same figures. */
export async function requireSame(
  source: DatabaseSync,
  target: PostgresConnection,
  table: Table,
): Promise<number> {
  const sums = table.columns.filter(isMoneyColumn).map((column) => `sum("${column}") AS "${column}"`);
  const text = `SELECT ${['count(*) AS n', ...sums].join(', ')} FROM "${table.name}"${ONLY_BOTH_HAVE[table.name] ?? ''}`;
  const counting = source.prepare(text);
  counting.setReadBigInts(true);
  const here: Readonly<Record<string, unknown>> = counting.get() ?? {};
  const [there = {}] = await query(target, text);
  for (const name of Object.keys(here)) {
    if (String(here[name]) !== String(there[name])) {
      throw new Error(
        `After the copy, ${table.name} differs: ${name} is ${here[name]} in the file and ${there[name]} in PostgreSQL. Nothing was kept.`,
      );
    }
  }
  return Number(here.n);
}

export async function query(
  connection: PostgresConnection,
  sql: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const [result] = await connection.run([{ sql, params: [] }]);
  // The driver makes an object of each row.
  return (result?.rows ?? []) as readonly Readonly<Record<string, unknown>>[];
}
