import { migrations } from '../migrations/index.ts';
import { PATIENTLY, type PostgresConnection } from './connection.ts';
import { storedSchema } from './snapshot.ts';
import { toPostgresSql } from './to-postgres-sql.ts';

/** Names the lock under which one process at a time migrates. */
const LOCK = 0x6d757374;

/**
 * Brings the database to this version, each migration in a transaction of its own, so that its locks are held no longer than
 * it takes; never backwards. Processes that start together wait for each other. Throws when it was written by a newer Muster,
 * before anything is touched.
 */
export async function migrate(connection: PostgresConnection): Promise<void> {
  while ((await appliedIn(connection)) < migrations.length) await applyNext(connection);
}

async function applyNext(connection: PostgresConnection): Promise<void> {
  await connection.script(`BEGIN; ${PATIENTLY}; SELECT pg_advisory_xact_lock(${LOCK})`);
  try {
    await connection.script(
      'CREATE TABLE IF NOT EXISTS migrations (id BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)',
    );
    const applied = await appliedIn(connection);
    const migration = migrations[applied];
    if (migration) {
      await connection.script(migration.postgres ?? toPostgresSql(migration.name, migration.sqlite));
      await connection.run([
        {
          sql: 'INSERT INTO migrations (id, name, applied_at) VALUES ($1, $2, $3)',
          params: [applied + 1, migration.name, Date.now()],
        },
      ]);
    }
    await connection.script('COMMIT');
  } catch (error) {
    await connection.script('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** How many migrations the database has; 0 for an empty one. */
async function appliedIn(connection: PostgresConnection): Promise<number> {
  const applied = await storedSchema(connection);
  if (applied > migrations.length) {
    throw new Error(
      `The database was written by a newer version of Muster (schema ${applied}, this one knows ${migrations.length}). Start that version, or restore a backup.`,
    );
  }
  return applied;
}
