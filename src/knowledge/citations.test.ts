import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cpuMsOf } from '../testing/cpu-time.ts';
import type { Passage } from '../tools/index.ts';
import { findCitations } from './citations.ts';

const REFUNDS =
  'Refunds are paid within 30 days. Ask the support team for help with a refund that is late by a week.';
const INVOICES = 'Invoices go out on the first of each month. They are sent by mail.';

const passage = (documentId: string, text: string, start = 0): Passage => ({
  documentId,
  documentName: `${documentId}.md`,
  heading: '',
  text,
  start,
  end: start + text.length,
  score: 1,
});
const PASSAGES = [passage('doc_refunds', REFUNDS, 100), passage('doc_invoices', INVOICES)];

/** `[what of the answer, which document, which words of it]` */
const cited = (answer: string, passages = PASSAGES) =>
  findCitations(answer, passages, 'http://h').map(({ startIndex, endIndex, documentId, quote }) => [
    answer.slice(startIndex, endIndex),
    documentId,
    quote,
  ]);

test('a marker stands behind its sentence, up to its own end, and quotes what the passage says of it', () => {
  assert.deepEqual(cited('We are fair. Refunds are paid in 30 days [1]. Mail is used [2]. The end.'), [
    ['Refunds are paid in 30 days [1]', 'doc_refunds', 'Refunds are paid within 30 days.'],
    ['Mail is used [2]', 'doc_invoices', 'They are sent by mail.'],
  ]);
});

test('a marker behind the full stop belongs to the sentence before it', () => {
  assert.deepEqual(cited('Ok. Invoices go out monthly. [2] More.')[0]?.[0], 'Invoices go out monthly. [2]');
});

test('of text that was wrapped at a width the whole sentence is quoted, of a list the entry', () => {
  const wrapped =
    'Our shop takes everything back. Refunds are paid to the card that\nwas used within 30 days of the day on which the parcel came back\nto us. We check each parcel.';
  assert.deepEqual(
    cited('The parcel decides when refunds are paid to the card [1].', [passage('w', wrapped)]),
    [
      [
        'The parcel decides when refunds are paid to the card [1]',
        'w',
        'Refunds are paid to the card that\nwas used within 30 days of the day on which the parcel came back\nto us.',
      ],
    ],
  );
  const list = '- Refunds take 30 days\n- Parcels take two\n- Letters take one';
  assert.equal(cited('All parcels take two [1].', [passage('l', list)])[0]?.[2], '- Parcels take two');
});

test('several markers, in one pair of brackets or more, stand behind the same sentence', () => {
  assert.deepEqual(
    cited('Both hold [1, 2].').map(([span, id]) => [span, id]),
    [
      ['Both hold [1, 2]', 'doc_refunds'],
      ['Both hold [1, 2]', 'doc_invoices'],
    ],
  );
  assert.deepEqual(
    cited('Both hold [1][2].').map(([span, id]) => [span, id]),
    [
      ['Both hold [1]', 'doc_refunds'],
      ['Both hold [1][2]', 'doc_invoices'],
    ],
  );
});

test('a marker behind a quotation stands behind the quotation, one in a list behind its item', () => {
  assert.equal(
    cited('It says "Invoices go out on the first" [2].')[0]?.[0],
    '"Invoices go out on the first" [2]',
  );
  assert.equal(cited('Points:\n1. Sent by mail [2]\n')[0]?.[0], 'Sent by mail [2]');
});

test('a marker with nothing before it stands behind what follows', () => {
  assert.equal(cited('[1] Refunds take a while. Really.')[0]?.[0], '[1] Refunds take a while.');
});

test('brackets in code, links, definitions and numbers of no passage are not citations', () => {
  assert.deepEqual(cited('The rules[1].when holds, and rules[2].then too.'), []);
  assert.deepEqual(cited('`a[1]` and [1](http://x) and [3] and [0].\n```\nb[2]\n```\n[1]: http://x'), []);
});

test('a marker with the next sentence right behind it is one', () => {
  assert.deepEqual(
    cited('Refunds are paid in 30 days [1].Invoices go out monthly [2].').map(([, id]) => id),
    ['doc_refunds', 'doc_invoices'],
  );
});

test('eight words in a row from a passage are cited without a marker, in any case and spacing', () => {
  assert.deepEqual(cited('They say: ask the support  team,\nfor HELP with a refund that is here.'), [
    [
      'ask the support  team,\nfor HELP with a refund that is',
      'doc_refunds',
      'Ask the support team for help with a refund that is',
    ],
  ]);
  assert.deepEqual(cited('ask the support team for help with it'), []);
});

test('a passage that has a marker is not cited a second time for its words', () => {
  assert.equal(cited(`${REFUNDS} [1]`).length, 1);
});

test('the address opens the quoted words in the console', () => {
  const [citation] = findCitations('Refunds are paid [1].', PASSAGES, 'http://h');
  assert.equal(citation?.url, 'http://h/knowledge/doc_refunds?start=100&end=132');
  assert.equal(citation?.documentName, 'doc_refunds.md');
});

test('whatever the answer and the passages: spans lie in the answer, quotes in the passages, in order', () => {
  const word = fc.constantFrom(
    'refund',
    'Paid',
    'the',
    'a',
    '30',
    'days',
    'été',
    '請求書',
    '😀',
    'mail',
    'team',
  );
  const mark = fc.constantFrom(
    '[1]',
    '[2]',
    '[1,3]',
    '[2-9]',
    '. ',
    '! ',
    '\n',
    '"',
    '`',
    '```',
    '- ',
    '> ',
    '[',
    '](',
    '。',
  );
  const prose = (max: number) =>
    fc
      .array(fc.oneof({ arbitrary: word, weight: 5 }, mark), { maxLength: max })
      .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(
      fc.oneof(prose(120), fc.string({ unit: 'binary' })),
      fc.array(fc.tuple(prose(60), fc.nat(1000)), { maxLength: 4 }),
      fc.boolean(),
      (said, texts, copies) => {
        const passages = texts.map(([text, start], index) => passage(`doc_${index}`, text, start));
        const answer = copies ? `${said}\n${passages[0]?.text ?? ''}` : said;
        let last = 0;
        for (const citation of findCitations(answer, passages, '')) {
          const { startIndex, endIndex, documentStart, documentEnd, quote } = citation;
          assert.ok(0 <= startIndex && startIndex < endIndex && endIndex <= answer.length);
          assert.ok(startIndex >= last);
          last = startIndex;
          const source = passages.find(({ documentId }) => documentId === citation.documentId);
          assert.ok(
            source &&
              source.start <= documentStart &&
              documentStart < documentEnd &&
              documentEnd <= source.end,
          );
          assert.equal(source.text.slice(documentStart - source.start, documentEnd - source.start), quote);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('a long answer with many markers and repeated words takes no more than its length', async () => {
  const passages = [
    ...Array.from({ length: 20 }, (_, i) => passage(`doc_${i}`, REFUNDS.repeat(10))),
    passage('doc_same', 'same '.repeat(250)),
  ];
  for (const answer of [
    'same '.repeat(40_000),
    `${REFUNDS} [1]. `.repeat(1_000),
    '[1]'.repeat(20_000),
    '"'.repeat(100_000),
    `${'a '.repeat(60)}[2] `.repeat(1_000),
    '`'.repeat(50_001),
  ]) {
    const computedMs = await cpuMsOf(() => findCitations(answer, passages, ''));
    assert.ok(computedMs < 8_000, `${answer.slice(0, 20)} ${computedMs}`);
  }
});

test('words said over and over are cited as fast where the passage repeats them too', async () => {
  const echo = Array.from({ length: 20 }, () => passage('doc_echo', 'a '.repeat(750)));
  const words = 'a '.repeat(740);
  for (const answer of [
    `${words}${'[1]'.repeat(20_000)}`,
    `${words}[1]. `.repeat(1_000),
    `${words}[1-20]. `.repeat(50),
  ]) {
    const computedMs = await cpuMsOf(() => findCitations(answer, echo, ''));
    assert.ok(computedMs < 1_000, `${answer.length} ${computedMs}`);
  }
});

test('a marker behind several sentences or a list of the passage’s own words stands behind all of them', () => {
  assert.deepEqual(
    cited(`As it is said: ${REFUNDS} [1]\n\n- Invoices go out on the first\n- of each month. [2]`),
    [
      [`${REFUNDS} [1]`, 'doc_refunds', REFUNDS],
      [
        'Invoices go out on the first\n- of each month. [2]',
        'doc_invoices',
        'Invoices go out on the first of each month.',
      ],
    ],
  );
  const both = `Yes. ${INVOICES} [1][2]`;
  assert.deepEqual(
    cited(both).map(([span]) => span),
    [`${INVOICES} [1][2]`, 'They are sent by mail. [1]'],
  );
});
