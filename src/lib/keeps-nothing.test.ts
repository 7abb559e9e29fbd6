import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Registry } from './registry.ts';
import { Slots } from './slots.ts';

/** Items of about 900 bytes; a Map in the place of Slots keeps nearly all of them. */
const ROUNDS = 20;
const A_ROUND = 500;
const AT_ONCE = 32;
const ALL_OF_THEM = ROUNDS * A_ROUND * 900;

describe('what was taken out', () => {
  it('of slots is not moved to the old generation by collections of the young one', () => {
    const slots = new Slots<object>();
    const kept = keptAfterChurn(
      (item) => slots.add(item),
      (slot) => slots.take(slot),
    );
    assert.ok(kept < ALL_OF_THEM / 20, `${kept} bytes were kept`);
  });

  it('of a registry leaves its name behind at most', () => {
    const registry = new Registry<object>();
    const kept = keptAfterChurn(
      (item, n) => {
        registry.set(`job_${n}`, item);
        return n;
      },
      (n) => registry.delete(`job_${n}`),
    );
    assert.ok(kept < ALL_OF_THEM / 4, `${kept} bytes were kept`);
  });
});

/** Puts items in and takes them out, a few at once, with young collections between; what the old generation has grown by. */
function keptAfterChurn(put: (item: object, n: number) => number, take: (place: number) => void): number {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  assert.ok(typeof gc === 'function');
  const live: number[] = [];
  let made = 0;
  const churn = (count: number): void => {
    for (let left = count; left > 0; left--) {
      live.push(put({ data: new Array(100).fill(made) }, made));
      made += 1;
      if (live.length > AT_ONCE) take(live.shift() ?? -1);
    }
  };
  churn(A_ROUND);
  gc({ type: 'major' });
  const before = oldBytes();
  for (let round = 0; round < ROUNDS; round++) {
    churn(A_ROUND);
    gc({ type: 'minor' });
  }
  return oldBytes() - before;
}

function oldBytes(): number {
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => name === 'old_space');
  return spaces.reduce((sum, { space_used_size: bytes }) => sum + bytes, 0);
}
