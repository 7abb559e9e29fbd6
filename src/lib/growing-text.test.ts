import assert from 'node:assert/strict';
import { it } from 'node:test';
import { GrowingText } from './growing-text.ts';

it('a growing text is all its pieces in their order, whenever it is read', () => {
  const text = new GrowingText();
  assert.equal(text.isEmpty, true);
  let expected = '';
  for (let n = 0; n < 100; n++) {
    const piece = n % 7 === 0 ? '' : `${n}, `;
    text.add(piece);
    expected += piece;
    assert.equal(text.isEmpty, expected === '');
    if (n % 5 === 0) assert.equal(text.toString(), expected);
    if (n % 11 === 0) assert.equal(text.length, expected.length);
  }
  assert.equal(String(text), expected);
});
