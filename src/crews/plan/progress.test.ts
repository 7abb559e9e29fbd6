import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { estimateDurationSeconds, longestChain } from './estimate-duration.ts';
import { progressOf } from './progress.ts';

describe('progress', () => {
  it('counts tasks that are done, and of running ones a growing part', () => {
    assert.equal(progressOf({ total: 4, done: 1, rounds: [], before: 0 }), 25);
    const rounds = [0, 1, 5, 1000].map((count) =>
      progressOf({ total: 1, done: 0, rounds: [count], before: 0 }),
    );
    assert.deepEqual(
      rounds,
      rounds.toSorted((a, b) => a - b),
    );
    assert.ok((rounds.at(-1) ?? 100) < 90.5);
  });

  it('never falls and never reaches 100, whatever happens in whatever order', () => {
    const step = fc.record({
      done: fc.integer({ min: 0, max: 5 }),
      rounds: fc.array(fc.nat(1000), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step), (total, steps) => {
        let before = 0;
        for (const { done, rounds } of steps) {
          const shown = progressOf({ total, done, rounds, before });
          assert.ok(shown >= before && shown < 100);
          before = shown;
        }
      }),
    );
  });
});

describe('the estimated duration', () => {
  it('is the median of what past jobs took, so that one slow job does not count', () => {
    assert.equal(estimateDurationSeconds([10_000, 20_000, 900_000], 5), 20);
    assert.equal(estimateDurationSeconds([10_000, 20_000], 5), 15);
    assert.equal(estimateDurationSeconds([3], 5), 1);
  });

  it('goes by the longest chain of tasks while there are no past jobs', () => {
    const tasks = [
      { id: 'a', needs: [] },
      { id: 'b', needs: ['a'] },
      { id: 'c', needs: [] },
    ];
    assert.equal(longestChain(tasks), 2);
    assert.equal(estimateDurationSeconds([], 2), 60);
  });
});
