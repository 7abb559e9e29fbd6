import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cpuMsOf } from '../testing/cpu-time.ts';
import { chunkText } from './chunk-text.ts';
import type { Extraction } from './extract/extraction.ts';
import { parseMarkdown } from './extract/read-markdown.ts';
import { CHUNK_MAX_CHARS, CHUNK_TARGET_CHARS } from './limits.ts';

function assertSound(extraction: Extraction): void {
  const { text } = extraction;
  let covered = 0;
  for (const { start, end } of chunkText(extraction)) {
    assert.ok(start >= covered && end > start && end <= text.length, 'in order, not empty, not overlapping');
    assert.ok(end - start <= CHUNK_MAX_CHARS, 'bounded');
    assert.equal(text.slice(covered, start).trim(), '', 'only white space is left out');
    assert.equal(text.slice(start, end).trim(), text.slice(start, end), 'no white space at its ends');
    assert.ok(text.slice(start, end).isWellFormed(), 'no character cut in half');
    covered = end;
  }
  assert.equal(text.slice(covered).trim(), '');
}

const line = fc.oneof(
  fc.lorem({ mode: 'sentences', maxCount: 12 }),
  fc.constantFrom('', '', '# Title', '## Part', 'Under\n-----', '```', '| a | b |', '- item', '   ', '---'),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .string({ unit: 'grapheme', minLength: 900, maxLength: 2_600 })
    .map((text) => text.replaceAll(/\s/g, '😀')),
);

test('chunks hold all of a text but white space, in order, at exact offsets, of bounded size', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      assertSound(parseMarkdown(lines.join('\n').replaceAll('\0', '').toWellFormed()));
    }),
    { numRuns: 300 },
  );
});

test('any headings and blocks, however wrong, leave the chunks sound', () => {
  const places = fc.array(fc.nat(3_000), { maxLength: 20 }).map((offsets) => offsets.sort((a, b) => a - b));
  fc.assert(
    fc.property(
      fc.array(fc.lorem({ maxCount: 40 }), { maxLength: 20 }),
      places,
      places,
      (parts, at, ends) => {
        const text = parts.join('\n\n');
        const inside = at.filter((offset) => offset <= text.length);
        const headings = inside.map((offset, index) => ({
          offset,
          level: 1 + (index % 4),
          title: `T${index}`,
        }));
        const blocks = ends.flatMap((end, index): [number, number][] => {
          const next = ends[index + 1];
          return next === undefined || next > text.length || index % 2 ? [] : [[end, next]];
        });
        assertSound({ text, headings, blocks });
      },
    ),
    { numRuns: 200 },
  );
});

function chunksOf(extraction: Extraction) {
  return chunkText(extraction).map(({ start, end, heading }) => ({
    heading,
    text: extraction.text.slice(start, end),
  }));
}

test('a chunk carries the path of its headings, and a heading alone goes with what follows', () => {
  const chunks = chunksOf(
    parseMarkdown(
      'Before\n\n# Billing\n\n## Invoices\n\nSent monthly.\n\n## Refunds\n\nIn 30 days.\n\n# Other\n\nText',
    ),
  );
  assert.deepEqual(chunks, [
    { heading: '', text: 'Before' },
    { heading: 'Billing › Invoices', text: '# Billing\n\n## Invoices\n\nSent monthly.' },
    { heading: 'Billing › Refunds', text: '## Refunds\n\nIn 30 days.' },
    { heading: 'Other', text: '# Other\n\nText' },
  ]);
});

test('a long text is cut between paragraphs first, then lines, sentences and words', () => {
  const sentence = 'Twelve words make a sentence that is neither long nor short, really. ';
  const paragraph = sentence.repeat(8).trim();
  const ends = (text: string) => chunksOf({ text, headings: [] }).map((chunk) => chunk.text.slice(-8));
  assert.ok(ends(`${paragraph}\n\n`.repeat(9)).every((end) => end === ' really.'));
  const long = chunksOf({ text: sentence.repeat(60), headings: [] });
  assert.ok(long.every(({ text }) => text.endsWith('really.') && text.startsWith('Twelve')));
  assert.ok(long.slice(0, -1).every(({ text }) => text.length > CHUNK_TARGET_CHARS * 0.8));
  const words = chunksOf({ text: 'word '.repeat(900), headings: [] });
  assert.ok(words.every(({ text }) => /^(word )*word$/.test(text)));
});

test('code and records that fit are not cut', () => {
  const code = [
    '```',
    ...Array.from({ length: 20 }, (_, i) => `line ${i} of the code that stays whole\n`),
    '```',
  ].join('\n');
  const markdown = `${'Some words before. '.repeat(30)}\n\n${code}\n\n${'And after it. '.repeat(40)}`;
  assert.ok(code.length < CHUNK_TARGET_CHARS);
  assert.equal(chunksOf(parseMarkdown(markdown)).filter(({ text }) => text.includes(code)).length, 1);
});

test('two million characters of any one kind are cut in time that grows with their number', async () => {
  for (const unit of ['x', 'x ', 'x. ', 'x\n', '\n', '. ', '"', '😀']) {
    const text = unit.repeat(2_000_000 / unit.length);
    const computedMs = await cpuMsOf(() => chunkText({ text, headings: [] }));
    assert.ok(computedMs < 8_000, `${JSON.stringify(unit)} took ${computedMs} ms`);
  }
});
