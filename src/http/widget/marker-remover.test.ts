import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuMsOf } from '../../testing/cpu-time.ts';
import { MarkerRemover } from './marker-remover.ts';

const CASES = {
  'Within 30 days [1].': 'Within 30 days.',
  'Six years[2]; more on request [1, 3].': 'Six years; more on request.',
  'Both say so [1], [2]. One does not [4-6]': 'Both say so. One does not',
  'See [1](https://example.com), or [terms].': 'See [1](https://example.com), or [terms].',
  'Write `list[1]` or\n```\nlist[2]\n```\nas told [1].': 'Write `list[1]` or\n```\nlist[2]\n```\nas told.',
  'A lone ` ends with its line [1]\nand so it is [2].': 'A lone ` ends with its line [1]\nand so it is.',
  'As rules[1].when says [1].Next [2].': 'As rules[1].when says.Next.',
  'Broken off [1': 'Broken off [1',
};

test('markers go and all else stays, however the text is cut into pieces', () => {
  for (const [text, shown] of Object.entries(CASES)) {
    for (let size = 1; size <= text.length; size += 1) {
      const remover = new MarkerRemover();
      let said = '';
      for (let at = 0; at < text.length; at += size) said += remover.push(text.slice(at, at + size));
      assert.equal(said + remover.end(), shown, `in pieces of ${size}`);
    }
  }
});

test('a text of nothing but the beginnings of markers or code is read in time by its length', async () => {
  for (const [unit, length] of [
    ['`', 60_000],
    ['[1],', 15_000],
    [' ', 60_000],
  ] as const) {
    const remover = new MarkerRemover();
    const computedMs = await cpuMsOf(() => remover.push(`${unit.repeat(length)}x`));
    assert.ok(computedMs < 500, `${unit} ${computedMs}`);
  }
});
