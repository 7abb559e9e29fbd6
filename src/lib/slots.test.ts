import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Slots } from './slots.ts';

describe('slots', () => {
  it('gives each item a number, and the number to another once it is out', () => {
    const slots = new Slots<{ name: string }>();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name }));
    assert.ok(a && b && c);
    const ofA = slots.add(a);
    const ofB = slots.add(b);
    assert.notEqual(ofA, ofB);
    assert.equal(slots.take(ofA), a);
    assert.equal(slots.take(ofA), undefined);
    assert.equal(slots.take(99), undefined);
    assert.equal(slots.add(c), ofA);
    assert.deepEqual([...slots], [c, b]);
    assert.equal(slots.size, 2);
    slots.clear();
    assert.deepEqual([...slots, slots.size], [0]);
  });

  it('can be emptied while it is walked through', () => {
    const slots = new Slots<{ slot: number }>();
    for (let left = 5; left > 0; left--) {
      const item = { slot: -1 };
      item.slot = slots.add(item);
    }
    let seen = 0;
    for (const { slot } of slots) {
      seen += 1;
      slots.take(slot);
    }
    assert.equal(seen, 5);
    assert.equal(slots.size, 0);
  });
});
