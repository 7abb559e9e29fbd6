import type { Compilable } from 'kysely';
import { migrations } from '../migrations/index.ts';
import type { Database } from '../port.ts';
import { createQueryBuilder, toStatement } from '../statements.ts';
import { placeOf } from './place-of.ts';
import { openSnapshot, storedSchema } from './snapshot.ts';

/** A PostgreSQL database as somebody sees it who does not write to it, at one moment, while servers work on it. */
export interface PostgresData extends Pick<Database, 'build' | 'all' | 'dialect'> {
  /** How far its schema is, and how far this version's goes. */
  readonly schema: { readonly stored: number; readonly known: number };
  /** What PostgreSQL itself knows to be damaged or unchecked; empty when there is nothing. */
  integrityProblems(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Pages whose checksum was wrong when they were read, and what a build or a check that was cut off has left. */
const DAMAGES = `
SELECT 'PostgreSQL has read ' || checksum_failures || ' damaged pages since ' || coalesce(stats_reset::text, 'it was made') AS problem
FROM pg_stat_database WHERE datname = current_database() AND checksum_failures > 0
UNION ALL
SELECT 'the index ' || indexrelid::regclass || ' is not valid: REINDEX INDEX ' || indexrelid::regclass
FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
WHERE relnamespace = current_schema()::regnamespace AND NOT indisvalid
UNION ALL
SELECT conrelid::regclass || ': the constraint ' || conname || ' was never checked'
FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND NOT convalidated
UNION ALL
SELECT tgrelid::regclass || ': the trigger ' || tgname || ' is switched off'
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = current_schema()::regnamespace AND tgenabled <> 'O'`;

/** Rejects when it cannot be reached, or when there is no Muster data in it. */
export async function openPostgresData(url: string): Promise<PostgresData> {
  const connection = await openSnapshot(url, 'muster doctor');
  /** What fails takes only itself along, not the snapshot. */
  const rows = async (sql: string, params: Parameters<typeof connection.run>[0][number]['params']) => {
    await connection.script('SAVEPOINT query');
    try {
      const [result] = await connection.run([{ sql, params }]);
      return result?.rows ?? [];
    } catch (error) {
      await connection.script('ROLLBACK TO SAVEPOINT query');
      throw error;
    } finally {
      await connection.script('RELEASE SAVEPOINT query');
    }
  };
  try {
    const stored = await storedSchema(connection);
    if (stored === 0) throw new Error(`There is no Muster data in the database at ${placeOf(url)}.`);
    return {
      dialect: 'postgres',
      build: createQueryBuilder('postgres'),
      schema: { stored, known: migrations.length },
      async all<Row>(query: Compilable<Row>): Promise<Row[]> {
        const { sql, params } = toStatement(query);
        // The builder typed the rows that this very query returns.
        return (await rows(sql, params)) as Row[];
      },
      integrityProblems: async () => (await rows(DAMAGES, [])).map((row) => String(Object(row).problem)),
      close: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
