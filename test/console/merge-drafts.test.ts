import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { mergeDrafts } from '../../web/src/ui/merge-drafts.ts';

const base = { name: 'Clerk', model: 'sandbox', tools: ['calculator'], steps: '10' };

it('takes what only one of two people changed, and asks about what both did', () => {
  const mine = { ...base, name: 'My clerk', steps: '7' };
  const newest = { ...base, name: 'Their clerk', tools: [] };
  assert.deepEqual(mergeDrafts(base, mine, newest), {
    merged: { name: 'My clerk', model: 'sandbox', tools: [], steps: '7' },
    theirs: ['tools'],
    conflicts: ['name'],
  });
});

it('the same change by both is no conflict', () => {
  const both = { ...base, tools: ['web_search'] };
  assert.deepEqual(mergeDrafts(base, both, { ...both, tools: ['web_search'] }), {
    merged: both,
    theirs: [],
    conflicts: [],
  });
});

it('whatever was changed by whom, every field is the change of somebody who made one', () => {
  const draft = fc.record({ a: fc.nat(2), b: fc.nat(2), c: fc.nat(2) });
  fc.assert(
    fc.property(draft, draft, draft, (from, mine, newest) => {
      const { merged, conflicts } = mergeDrafts(from, mine, newest);
      for (const field of ['a', 'b', 'c'] as const) {
        const [start, my, their, outcome] = [from[field], mine[field], newest[field], merged[field]];
        assert.equal(outcome, my === start ? their : my);
        assert.equal(conflicts.includes(field), my !== start && their !== start && my !== their);
      }
    }),
  );
});
