import { randomUUID } from 'node:crypto';
import { createDbosEngine, openDbos } from '../../src/engine/index.ts';
import { testDialect } from '../../src/testing/test-database.ts';
import { openWorld, SILENT } from './engine/open-world.ts';
import { engineConformance } from './engine-conformance.ts';

/** DBOS is of PostgreSQL: `npm run test:postgres`. */
if (testDialect === 'postgres') {
  engineConformance('dbos', () =>
    openWorld(async (url) => {
      // A process has one; the engines of a test share it as the processes of a machine share nothing.
      const dbos = await openDbos({ url, executorId: randomUUID(), log: SILENT });
      return { create: (parts) => createDbosEngine({ ...parts, dbos }), close: () => dbos.close() };
    }),
  );
}
