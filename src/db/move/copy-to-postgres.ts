import { DatabaseSync } from 'node:sqlite';
import { PATIENTLY, PostgresConnection } from '../postgres/connection.ts';
import { migrate } from '../postgres/migrate.ts';
import { GUARDED, MADE_THERE, type MovedTable, query, requireSame, type Table, tablesOf } from './tables.ts';

const MAX_ROWS = 500;
const MAX_CHARACTERS = 4_000_000;

/**
 * Copies every row of a SQLite data file that nobody writes to into an empty PostgreSQL database, brings that to this
 * version's schema first, and looks whether both hold the same: rows of each table, sums of each column of money. All in
 * one transaction: after an error the database is as empty as before. The file is only read. Full-text search is not
 * copied; the knowledge room makes it anew.
 */
export async function copyToPostgres(
  path: string,
  url: string,
  tell: (table: MovedTable) => void,
): Promise<readonly MovedTable[]> {
  const source = new DatabaseSync(path, { readOnly: true });
  const target = new PostgresConnection({ url, name: 'muster move', isPatient: true });
  try {
    source.exec('BEGIN');
    await migrate(target);
    await target.script(`BEGIN; ${PATIENTLY}`);
    await requireEmpty(target);
    const moved: MovedTable[] = [];
    for (const name of GUARDED) await target.script(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
    for (const table of inOrder(tablesOf(source))) {
      await copyTable(source, target, table);
      const rows = await requireSame(source, target, table);
      moved.push({ name: table.name, rows });
      tell({ name: table.name, rows });
    }
    for (const name of MADE_THERE) {
      const table = tablesOf(source, true).find((each) => each.name === name);
      if (table && name !== 'migrations') await requireSame(source, target, table);
    }
    for (const name of GUARDED) await target.script(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
    await continueNumbering(target);
    await target.script('COMMIT');
    return moved;
  } catch (error) {
    await target.script('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    source.close();
    await target.close();
  }
}

async function requireEmpty(target: PostgresConnection): Promise<void> {
  const [found] = await query(target, 'SELECT count(*) AS n FROM accounts');
  if (Number(found?.n) > 0)
    throw new Error('The database at DATABASE_URL holds Muster data already. Move into an empty one.');
}

/** Tables after those whose rows theirs name. */
function inOrder(tables: readonly Table[]): Table[] {
  const ordered: Table[] = [];
  const done = new Set<string>();
  const add = (table: Table): void => {
    if (done.has(table.name)) return;
    done.add(table.name);
    for (const parent of table.parents) {
      const found = tables.find(({ name }) => name === parent);
      if (found) add(found);
    }
    ordered.push(table);
  };
  tables.forEach(add);
  return ordered;
}

async function copyTable(
  source: DatabaseSync,
  target: PostgresConnection,
  { name, columns }: Table,
): Promise<void> {
  const list = columns.map((column) => `"${column}"`).join(', ');
  const read = source.prepare(`SELECT ${list} FROM "${name}"`);
  read.setReadBigInts(true);
  const insert = `INSERT INTO "${name}" (${list}) SELECT ${list} FROM json_populate_recordset(null::"${name}", cast($1 AS json))`;
  let rows: string[] = [];
  let characters = 0;
  const send = async (): Promise<void> => {
    if (rows.length === 0) return;
    await target.run([{ sql: insert, params: [`[${rows.join()}]`] }]);
    rows = [];
    characters = 0;
  };
  for (const row of read.iterate()) {
    const text = JSON.stringify(row, toJsonValue);
    rows.push(text);
    characters += text.length;
    if (rows.length >= MAX_ROWS || characters >= MAX_CHARACTERS) await send();
  }
  await send();
}

/** Numbers go as text, so that none loses a digit on its way. */
function toJsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value;
}

/** Columns that number their rows go on after the highest number that came. */
async function continueNumbering(target: PostgresConnection): Promise<void> {
  const columns = await query(
    target,
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'",
  );
  for (const { table_name: table, column_name: column } of columns) {
    await target.script(
      `SELECT setval(pg_get_serial_sequence('"${table}"', '${column}'), coalesce(max("${column}"), 1), max("${column}") IS NOT NULL) FROM "${table}"`,
    );
  }
}
