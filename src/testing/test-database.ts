import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { type Database, openPostgresDatabase, openSqliteDatabase, SCHEMA_VERSION } from '../db/index.ts';
import { tempFolder } from './temp-folder.ts';

/** A PostgreSQL server on which tests make databases of their own; unset: they run on SQLite. */
const SERVER = process.env.MUSTER_TEST_DATABASE;

/** Which of the two databases this run of the tests is about. */
export const testDialect: Database['dialect'] = SERVER === undefined ? 'sqlite' : 'postgres';

export interface TestDatabase {
  /** For DATABASE_URL; undefined on SQLite. */
  readonly url: string | undefined;
  /** Takes the database away again. */
  remove(): Promise<void>;
}

/** Databases of this process that are empty again: wiping one is ten times faster than making one. */
const empty: string[] = [];

/** An empty database with the present schema, on the server of this run; on SQLite there is nothing to make. */
export async function makeTestDatabase(): Promise<TestDatabase> {
  if (SERVER === undefined) return { url: undefined, remove: async () => undefined };
  const name = empty.pop() ?? `muster_test_${randomBytes(8).toString('hex')}`;
  await administer('postgres', async (client) => {
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (known.rowCount === 0) await copyTemplate(client, name);
  });
  return {
    url: urlOf(name),
    async remove() {
      await administer(name, (client) => client.query(WIPE));
      empty.push(name);
    },
  };
}

/** Without triggers and foreign keys: the audit log refuses to be deleted otherwise. */
const WIPE = `
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname IN ('public', 'dbos') AND tablename NOT IN ('migrations', 'dbos_migrations') LOOP
    EXECUTE 'DELETE FROM ' || name;
  END LOOP;
END $$`;

/** An empty database of this run's kind, opened. */
export async function openTestDatabase(): Promise<{
  readonly db: Database;
  /** Another connection to the same data, as another process has it; on SQLite the same one. */
  readonly url: string | undefined;
  /** Closes the database and opens it again, as a restart does. */
  reopen(): Promise<Database>;
  close(): Promise<void>;
}> {
  const { url, remove } = await makeTestDatabase();
  const folder = tempFolder();
  const open = () =>
    url === undefined ? openSqliteDatabase(join(folder.path, 'muster.db')) : openPostgresDatabase(url);
  const first = await open();
  let db = first;
  return {
    db: first,
    url,
    async reopen() {
      await db.close();
      db = await open();
      return db;
    },
    async close() {
      await db.close();
      folder.remove();
      await remove();
    },
  };
}

function urlOf(name: string): string {
  const url = new URL(SERVER ?? '');
  url.pathname = `/${name}`;
  return url.href;
}

async function administer(database: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(urlOf(database));
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Test files run side by side: the first makes the template, the others wait for it. */
async function copyTemplate(client: pg.Client, name: string): Promise<void> {
  const template = `muster_template_${SCHEMA_VERSION}`;
  await client.query('SELECT pg_advisory_lock(1)');
  const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
  if (known.rowCount === 0) {
    await client.query(`DROP DATABASE IF EXISTS ${template}_new`);
    await client.query(`CREATE DATABASE ${template}_new`);
    await (await openPostgresDatabase(urlOf(`${template}_new`))).close();
    await client.query(`ALTER DATABASE ${template}_new RENAME TO ${template}`);
  }
  await client.query('SELECT pg_advisory_unlock(1)');
  await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
}
