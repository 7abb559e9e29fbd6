import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fromInputTexts, inputTexts } from '../../web/src/ui/input-texts.ts';

const INPUTS = { topic: 'tea', code: '5', count: 5, isLong: false, tags: ['a', { b: null }], gone: 'x' };

it('inputs come back from their fields as what they were: texts, numbers, booleans and JSON', () => {
  assert.deepEqual(fromInputTexts(inputTexts(INPUTS), INPUTS), INPUTS);
});

it('a changed input keeps its kind where it can, a new one is a text, an empty one is left out', () => {
  const texts = { ...inputTexts(INPUTS), code: '6', count: '7', isLong: 'true', tags: 'not JSON', gone: ' ' };
  assert.deepEqual(fromInputTexts({ ...texts, fresh: '8' }, INPUTS), {
    ...{ topic: 'tea', code: '6', count: 7, isLong: true, tags: 'not JSON', fresh: '8' },
  });
});
