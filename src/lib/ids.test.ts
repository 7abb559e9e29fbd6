import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createIds } from './ids.ts';

describe('ids', () => {
  it('sort in the order in which they were made, also within one millisecond', () => {
    let now = 1_800_000_000_000;
    const ids = createIds(() => now);
    const made: string[] = [];
    for (let ms = 0; ms < 50; ms++, now++) {
      for (let index = 0; index < 100; index++) made.push(ids.next('job_'));
    }
    assert.deepEqual(made, made.toSorted());
    assert.equal(new Set(made).size, made.length);
    for (const id of made) assert.match(id, /^job_[0-9A-Za-z]{26}$/);
  });

  it('of processes that make them in the same millisecond are different', () => {
    const [one, other] = [createIds(() => 1), createIds(() => 1)];
    const made = Array.from({ length: 1_000 }, () => [one.next(''), other.next('')]).flat();
    assert.equal(new Set(made).size, made.length);
  });
});
