import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cutText, SHOWN_CHARACTERS } from '../../web/src/ui/cut-text.ts';

it('a text is cut only above the bound, and never within a character', () => {
  const whole = 'a'.repeat(SHOWN_CHARACTERS);
  assert.equal(cutText(whole), whole);
  assert.equal(cutText(`${whole}b`), `${whole}…`);
  assert.equal(cutText('ab🙂cd', 3), 'ab…');
  assert.equal(cutText('ab🙂cd', 4), 'ab🙂…');
});
