import { createSolePresence, type Database, type Presence } from '../../../src/db/index.ts';
import type { Engine, Timers } from '../../../src/engine/index.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { type ManualTime, manualTime } from '../../../src/testing/manual-time.ts';
import { openTestDatabase } from '../../../src/testing/test-database.ts';
import { A, B, type EngineSettings, type EngineWorld } from './harness.ts';

/** What every engine is made of. */
export interface EngineParts extends EngineSettings {
  readonly db: Database;
  readonly presence: Presence;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: typeof SILENT;
  readonly random: () => number;
  readonly concurrency: number;
}

export const SILENT = { warn: () => undefined, error: () => undefined };

/** A world of engines that `prepare` knows how to make, on the database at `url` where that is not SQLite. */
export async function openWorld(
  prepare: (
    url: string,
  ) => Promise<{ readonly create: (parts: EngineParts) => Engine; readonly close?: () => Promise<void> }>,
): Promise<EngineWorld> {
  const { db, url = '', close } = await openTestDatabase();
  const time: ManualTime = manualTime();
  const account = { tier: 'enterprise', limits: null, status: 'active', created_at: 1 };
  const money = { balance_nano_usd: 0n, held_nano_usd: 0n };
  await db.write(
    [A, B].map((id) =>
      db.statement(db.build.insertInto('accounts').values({ id, name: id, ...account, ...money })),
    ),
  );
  const engines = await prepare(url);
  return {
    db,
    time,
    createEngine(settings = {}) {
      // Each is a process of its own; the one that starts last finds those before it dead.
      const presence = createSolePresence(db);
      const engine = engines.create({
        ...{ db, presence, clock: time.clock, timers: time.timers, log: SILENT },
        ...{ random: () => 0.999, concurrency: 8 },
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
      await engines.close?.();
      await close();
    },
  };
}
