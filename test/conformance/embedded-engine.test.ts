import { createSolePresence } from '../../src/db/index.ts';
import { createEmbeddedEngine } from '../../src/engine/index.ts';
import { manualTime } from '../../src/testing/manual-time.ts';
import { openTestDatabase } from '../../src/testing/test-database.ts';
import { A, B } from './engine/harness.ts';
import { engineConformance } from './engine-conformance.ts';

const silent = { warn: () => undefined, error: () => undefined };

engineConformance('embedded', async () => {
  const { db, close } = await openTestDatabase();
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
  return {
    db,
    time,
    createEngine(settings = {}) {
      // Each is a process of its own; the one that starts last finds those before it dead.
      const presence = createSolePresence(db);
      const engine = createEmbeddedEngine({
        db,
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
    close,
  };
});
