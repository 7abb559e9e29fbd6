import { randomUUID } from 'node:crypto';
import { createSolePresence } from '../../src/db/index.ts';
import { createDbosEngine, openDbos } from '../../src/engine/index.ts';
import { manualTime } from '../../src/testing/manual-time.ts';
import { openTestDatabase, testDialect } from '../../src/testing/test-database.ts';
import { A, B } from './engine/harness.ts';
import { engineConformance } from './engine-conformance.ts';

const silent = { warn: () => undefined, error: () => undefined };

/** DBOS is of PostgreSQL: `npm run test:postgres`. */
if (testDialect === 'postgres') {
  engineConformance('dbos', async () => {
    const { db, url = '', close } = await openTestDatabase();
    const time = manualTime();
    const account = { tier: 'enterprise', limits: null, status: 'active', created_at: 1 };
    await db.write(
      [A, B].map((id) =>
        db.statement(
          db.build
            .insertInto('accounts')
            .values({ id, name: id, ...account, balance_nano_usd: 0n, held_nano_usd: 0n }),
        ),
      ),
    );
    // A process has one; the engines of a test share it as the processes of a machine share nothing.
    const dbos = await openDbos({ url, executorId: randomUUID(), log: silent });
    return {
      db,
      time,
      createEngine(settings = {}) {
        const presence = createSolePresence(db);
        const engine = createDbosEngine({
          db,
          dbos,
          presence,
          clock: time.clock,
          timers: time.timers,
          log: silent,
          random: () => 0.999,
          concurrency: 8,
          ...settings,
        });
        return {
          ...engine,
          async start() {
            await presence.start();
            await engine.start();
          },
        };
      },
      async close() {
        await dbos.close();
        await close();
      },
    };
  });
}
