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

const SENTENCES = Array.from(
  { length: 60 },
  (_, i) => `Rule ${i} of the house says that whoever leaves last, as Ms. Grün does, turns ${i} lamps off.`,
);

/** As editors wrap text: each line takes as many words as fit. */
function wrapped(text: string, width: number): string {
  return text.replaceAll(new RegExp(`(.{1,${width}})(?: |$)`, 'g'), '$1\n').trim();
}

test('text that was wrapped at a width is cut between its sentences, not at the ends of its lines', () => {
  for (const width of [50, 72, 100]) {
    const text = wrapped(SENTENCES.join(' '), width);
    const chunks = chunksOf({ text, headings: [] });
    assert.ok(chunks.length > 4);
    for (const { text: chunk } of chunks) assert.match(chunk, /^Rule\s\d+\s.*\slamps\soff\.$/s);
    assertSound({ text, headings: [] });
  }
});

test('wrapped paragraphs and list items without blank lines between them are kept whole where they fit', () => {
  const paragraphs = Array.from({ length: 12 }, (_, i) => SENTENCES.slice(i * 5, i * 5 + 5).join(' '));
  for (const mark of ['', '- ', '3. ']) {
    const text = paragraphs.map((paragraph) => wrapped(mark + paragraph, 72)).join('\n');
    const texts = chunksOf({ text, headings: [] }).map((chunk) => chunk.text);
    const starts = texts.map((chunk) => Number(/Rule\s(\d+)/.exec(chunk)?.[1]));
    assert.ok(starts.length > 4);
    assert.deepEqual(
      starts.filter((start) => start % 5 !== 0),
      [],
    );
  }
});

test('lines that are entries of their own are cut at their ends, whatever stands in them', () => {
  const log = (i: number) => `2026-03-01 12:00:${i} worker started. It has ${i} jobs! See job ${i * 7919}`;
  const field = (i: number) => `unit price ${i}: for each. not for all. ask us about more of kind ${i}`;
  const code = (i: number) => `  const total${i} = sum(prices[${i}], 'With tax. in euros');`;
  for (const entry of [log, field, code]) {
    const lines = Array.from({ length: 60 }, (_, i) => entry(10 + i));
    const text = lines.join('\n');
    const cut = chunksOf({ text, headings: [] }).flatMap((chunk) => chunk.text.split('\n'));
    assert.deepEqual(
      cut.map((line) => line.trim()),
      lines.map((line) => line.trim()),
    );
  }
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
