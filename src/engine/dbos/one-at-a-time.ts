import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';

/** Names the lock under which one process at a time launches. */
const LOCK = 0x64626f73;
const LOOK_EVERY_MS = 100;
/** The work takes as long as it takes. */
const PATIENTLY = 'SET LOCAL idle_in_transaction_session_timeout = 0';

/**
 * Does the work while no other process of this database does its own: a launch of DBOS makes its tables, and PostgreSQL ends
 * one of two that do it at once. Held by a transaction, which is a process's own behind a pooler too; asked for again and
 * again, as one that waits in the database is waited for by the indexes that the other makes there.
 */
export async function oneAtATime(pool: Pool, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let lost: Error | undefined;
  try {
    while (!(await takeLock(client))) await sleep(LOOK_EVERY_MS);
    await work();
  } finally {
    await client.query('ROLLBACK').catch((error: Error) => {
      lost = error;
    });
    client.release(lost);
  }
}

async function takeLock(client: PoolClient): Promise<boolean> {
  await client.query(`BEGIN; ${PATIENTLY}`);
  const { rows } = await client.query<{ taken: boolean }>(
    `SELECT pg_try_advisory_xact_lock(${LOCK}) AS taken`,
  );
  if (rows[0]?.taken) return true;
  await client.query('ROLLBACK');
  return false;
}
