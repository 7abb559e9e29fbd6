import { PATIENTLY, PostgresConnection } from './connection.ts';

/**
 * A connection whose reads are all of one moment, however long they take, and that can change nothing: also on a standby.
 * The first read fixes the moment. PostgreSQL itself ends it where a query, or a pause between two, takes longer than `maxMs` (0: never). Rejects when the database cannot be reached.
 */
export async function openSnapshot(
  url: string,
  name: string,
  {
    maxMs = 0,
    isPooled = false,
    onLost = () => undefined,
  }: { readonly maxMs?: number; readonly isPooled?: boolean; readonly onLost?: () => void } = {},
): Promise<PostgresConnection> {
  const connection = new PostgresConnection({ url, name, isPatient: true, isPooled, onLost });
  try {
    await connection.script(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${PATIENTLY};
      SET LOCAL statement_timeout = ${maxMs}; SET LOCAL idle_in_transaction_session_timeout = ${maxMs}`);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Of a database: how many migrations it has; 0 when there is nothing of Muster in it. */
export async function storedSchema(connection: PostgresConnection): Promise<number> {
  const [there] = await connection.run([
    { sql: "SELECT to_regclass('migrations') IS NOT NULL AS there", params: [] },
  ]);
  if (Object(there?.rows[0]).there !== 1) return 0;
  const [row] = await connection.run([
    { sql: 'SELECT coalesce(max(id), 0) AS id FROM migrations', params: [] },
  ]);
  return Number(Object(row?.rows[0]).id);
}
