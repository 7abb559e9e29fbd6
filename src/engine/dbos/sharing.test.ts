import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { openTestDatabase, testDialect } from '../../testing/test-database.ts';
import { openDbos } from './open-dbos.ts';
import { schemasOfOthers } from './schemas-of-others.ts';

/** DBOS is of PostgreSQL: `npm run test:postgres`. */
if (testDialect === 'postgres') {
  describe('a database that is shared', () => {
    let database: Awaited<ReturnType<typeof openTestDatabase>>;
    let client: pg.Client;
    before(async () => {
      database = await openTestDatabase();
      client = new pg.Client({ connectionString: database.url });
      await client.connect();
    });
    after(async () => {
      await client.end();
      await database.close();
    });

    it('with another Muster in a schema of its own is told from one that is not', async () => {
      assert.deepEqual(await schemasOfOthers(database.db), []);
      await client.query('CREATE SCHEMA theirs');
      try {
        await client.query('CREATE TABLE theirs.jobs ()');
        assert.deepEqual(await schemasOfOthers(database.db), []);
        await client.query('CREATE TABLE theirs.job_steps (); CREATE TABLE theirs.holds ()');
        assert.deepEqual(await schemasOfOthers(database.db), ['theirs']);
      } finally {
        await client.query('DROP SCHEMA theirs CASCADE');
      }
    });

    it('with another application of DBOS keeps that one’s workflows', async () => {
      const log = { warn: () => undefined };
      const dbos = await openDbos({ url: database.url ?? '', executorId: randomUUID(), log });
      try {
        await client.query(
          `INSERT INTO dbos.workflow_status (workflow_uuid, name, status, created_at, updated_at, completed_at)
           VALUES ('ours', 'muster_job', 'SUCCESS', 1, 1, 1), ('theirs', 'report', 'SUCCESS', 1, 1, 1)`,
        );
        await dbos.forget(Date.now());
        const left = await client.query('SELECT workflow_uuid AS id FROM dbos.workflow_status');
        assert.deepEqual(left.rows, [{ id: 'theirs' }]);
      } finally {
        await dbos.close();
      }
    });
  });
}
