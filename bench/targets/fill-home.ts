import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MusterHome } from './muster-home.ts';

const BATCH_ROWS = 50_000;
const SPREAD_MS = 90 * 24 * 3_600_000;

/** What a turn leaves behind, and the columns that name it. All others are copied from the turn that is there. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  conversations: ['id', 'newest_turn_id'],
  turns: ['id', 'conversation_id', 'run_id'],
  runs: ['id', 'conversation_id', 'turn_id'],
  usage: ['run_id'],
  ledger: ['id', 'run_id'],
};
const TIMES: readonly string[] = ['created_at', 'updated_at', 'started_at', 'finished_at'];

/**
 * Multiplies the turns that a stopped server's data folder holds until there are `rows` more, spread over three months
 * back, and settles the balance for them. Straight in SQL: through the server it would take an hour.
 */
export function fillHome(home: MusterHome, rows: number): void {
  const db = new DatabaseSync(join(home.path, 'muster.db'));
  try {
    db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144');
    const copies = Object.entries(TABLES).map(([table, ids]) => copyStatement(db, table, ids));
    for (let from = 0; from < rows; from += BATCH_ROWS) {
      db.exec('BEGIN');
      for (const copy of copies) copy(from, Math.min(from + BATCH_ROWS, rows));
      db.exec('COMMIT');
    }
    db.exec(
      'UPDATE accounts SET balance_nano_usd = (SELECT sum(amount_nano_usd) FROM ledger WHERE account_id = accounts.id)',
    );
    db.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize');
  } finally {
    db.close();
  }
}

/** Copies the newest row of a table once for each number from `from` to below `to`. */
function copyStatement(
  db: DatabaseSync,
  table: string,
  ids: readonly string[],
): (from: number, to: number) => void {
  const columns = db
    .prepare('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map((row) => String(row.name));
  const values = columns.map((column) => {
    // The random end of an id gives way to the number, so that rows of different tables still name each other.
    if (ids.includes(column))
      return `substr(o.${column}, 1, length(o.${column}) - 18) || printf('%018d', n.n)`;
    if (TIMES.includes(column)) return `o.${column} - (n.n * 7919 * 1000) % ${SPREAD_MS}`;
    return `o.${column}`;
  });
  const condition = table === 'ledger' ? 'WHERE run_id IS NOT NULL' : '';
  const statement = db.prepare(
    `WITH RECURSIVE n(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM n WHERE n + 1 < ?)
     INSERT INTO ${table} (${columns.join(', ')})
     SELECT ${values.join(', ')} FROM n, (SELECT * FROM ${table} ${condition} ORDER BY rowid LIMIT 1) o`,
  );
  return (from, to) => void statement.run(from, to);
}
