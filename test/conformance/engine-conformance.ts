import { afterEach, beforeEach, describe } from 'node:test';
import type { EngineWorld, OpenWorld } from './engine/harness.ts';
import { queueingTests } from './engine/queueing.ts';
import { runningTests } from './engine/running.ts';
import { survivingTests } from './engine/surviving.ts';
import { stoppingTests, waitingTests } from './engine/waiting-and-stopping.ts';
import { watchingTests } from './engine/watching.ts';

/** What every engine promises, whatever it stands on. Each test has a store of its own. */
export function engineConformance(name: string, open: OpenWorld): void {
  const rooms: readonly [string, (world: () => EngineWorld) => void][] = [
    ['running', runningTests],
    ['surviving', survivingTests],
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
