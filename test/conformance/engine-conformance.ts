import { afterEach, beforeEach, describe } from 'node:test';
import { crashLoopTests } from './engine/crash-loops.ts';
import type { EngineWorld, OpenWorld } from './engine/harness.ts';
import { losingTests } from './engine/losing.ts';
import { queueingTests } from './engine/queueing.ts';
import { runningTests } from './engine/running.ts';
import { shutdownTests } from './engine/shutting-down.ts';
import { survivingTests } from './engine/surviving.ts';
import { unknownOutcomeTests } from './engine/unknown-outcomes.ts';
import { stoppingTests, waitingTests } from './engine/waiting-and-stopping.ts';
import { watchingTests } from './engine/watching.ts';

/** What every engine promises, whatever it stands on. Each test has a store of its own. */
export function engineConformance(name: string, open: OpenWorld): void {
  const rooms: readonly [string, (world: () => EngineWorld) => void][] = [
    ['running', runningTests],
    ['surviving', survivingTests],
    ['unknown outcomes', unknownOutcomeTests],
    ['losing a job', losingTests],
    ['crash loops', crashLoopTests],
    ['shutting down', shutdownTests],
    ['waiting', waitingTests],
    ['stopping', stoppingTests],
    ['queueing', queueingTests],
    ['watching', watchingTests],
  ];
  for (const [room, tests] of rooms) {
    describe(`${name} engine, ${room}`, () => {
      let world: EngineWorld | undefined;
      beforeEach(async () => {
        world = await open();
      });
      afterEach(() => world?.close());
      tests(() => {
        if (!world) throw new Error('A test reached for its world before it was open');
        return world;
      });
    });
  }
}
