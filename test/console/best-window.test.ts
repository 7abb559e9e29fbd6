import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bestWindow } from '../../web/src/pages/knowledge/best-window.ts';

const shown = (text: string, words: readonly string[]) => {
  const { from, to } = bestWindow(text, words);
  return text.slice(from, to);
};

it('of a long passage the part is shown that has the words of the question, from the beginning of a line', () => {
  const lines = Array.from({ length: 40 }, (_, at) => `Line ${at} of the list of countries.`);
  lines[30] = 'Norway 19.90 39.90';
  const text = lines.join('\n');
  assert.match(shown(text, ['norway']), /Norway 19\.90/);
  assert.match(shown(text, ['norway']), /^Line \d+ of/);
  assert.match(shown(text, []), /^Line 0 of/);
  assert.ok(shown(text, ['norway']).length < 600);
});

it('a short passage is shown whole', () => {
  assert.equal(shown('One.\n\nTwo words.', ['two']), 'One.\n\nTwo words.');
});
