import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Start, WorkflowStarter } from './workflow-starter.ts';

const quiet = { warn: () => undefined };

function start(id: string, isLeft = () => false): Start {
  return { id, hasBegun: false, mayBegin: async () => undefined, isLeft };
}

describe('starting workflows', () => {
  it('begins what is asked for at the same time in one go, and what comes meanwhile in the next', async () => {
    const groups: (readonly string[])[] = [];
    const starts = ['a', 'b', 'c'].map((id) => start(id));
    const first = Promise.withResolvers<void>();
    const starter = new WorkflowStarter(async (ids) => {
      groups.push(ids);
      if (groups.length === 1) await first.promise;
      for (const each of starts) if (ids.includes(each.id)) each.hasBegun = true;
    }, quiet);
    const [a, b, c] = starts;
    assert.ok(a && b && c);
    const begun = [starter.begin(a)];
    while (groups.length === 0) await new Promise(setImmediate);
    begun.push(starter.begin(b), starter.begin(c));
    first.resolve();
    await Promise.all(begun);
    assert.deepEqual(groups, [['a'], ['b', 'c']]);
  });

  it('asks again when it fails or one was left out, until that is not wanted any more', async () => {
    let isLeft = false;
    const [failed, leftOut] = [start('failed'), start('left-out', () => isLeft)];
    let goes = 0;
    const starter = new WorkflowStarter(async (ids) => {
      goes += 1;
      if (goes === 1) throw new Error('the database is away');
      failed.hasBegun = true;
      isLeft = !ids.includes('failed');
    }, quiet);
    await Promise.all([starter.begin(failed), starter.begin(leftOut)]);
    assert.equal(failed.hasBegun, true);
    assert.equal(leftOut.hasBegun, false);
    assert.equal(goes, 3);
  });
});
