import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuMsOf } from '../../testing/cpu-time.ts';
import {
  bombPdf,
  docxOf,
  docxOfXml,
  formPdf,
  lockedPdf,
  pdfOf,
  pdfOfPieces,
  pictureOnlyPdf,
  zipOf,
} from '../testing/fixtures.ts';
import type { DocumentType } from './document-type.ts';
import { extractText } from './extract-text.ts';
import { UnreadableDocument } from './extraction.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (type: DocumentType, content: string | Uint8Array) =>
  extractText(type, typeof content === 'string' ? bytes(content) : content);

const russian = 'Возврат возможен в течение тридцати дней.';
/** The same in Windows-1251. */
const cyrillic = Buffer.from(
  'c2eee7e2f0e0f220e2eee7eceee6e5ed20e220f2e5f7e5ede8e520f2f0e8e4f6e0f2e820e4ede5e92e',
  'hex',
);

/** Titles with the text from where they begin, to check both at once. */
async function sections(type: DocumentType, content: string | Uint8Array) {
  const { text, headings } = await read(type, content);
  return headings.map(({ level, title, offset }) => `${level} ${title}: ${text.slice(offset, offset + 12)}`);
}

const unreadable = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UnreadableDocument);
  assert.match(error.message, pattern);
  return true;
};

test('a PDF is read page by page, its paragraphs kept apart and its broken words joined', async () => {
  const pdf = await pdfOf([
    ['Refunds are paid within', 'thirty days of the pur-', 'chase.', '', '', 'Ask the support team.'],
    ['Café prices: 5 €'],
  ]);
  const { text, headings } = await read('pdf', pdf);
  assert.equal(
    text,
    'Refunds are paid within\nthirty days of the purchase.\n\nAsk the support team.\n\nCafé prices: 5 €',
  );
  assert.deepEqual(
    headings.map(({ title, offset }) => [title, text.slice(offset, offset + 4)]),
    [
      ['Page 1', 'Refu'],
      ['Page 2', 'Café'],
    ],
  );
});

test('a PDF of one page has no page heading', async () => {
  assert.deepEqual((await read('pdf', await pdfOf([['One page']]))).headings, []);
});

test('a PDF that cannot be read says why', async () => {
  await assert.rejects(read('pdf', lockedPdf()), unreadable(/protected by a password/));
  await assert.rejects(
    read('pdf', await pictureOnlyPdf()),
    unreadable(/holds only images.*reads text.*text recognition \(OCR\)/),
  );
  await assert.rejects(read('pdf', '%PDF-1.7 and nothing more'), unreadable(/damaged/));
  const whole = await pdfOf([['Some text']]);
  await assert.rejects(read('pdf', whole.subarray(0, 200)), unreadable(/damaged|only images/));
});

test('pieces of a PDF that stand on different lines or on top of each other are not glued into one word', async () => {
  const { text } = await read(
    'pdf',
    await pdfOfPieces([
      { text: 'Account messages', x: 50, y: 700 },
      { text: 'Please pay on time', x: 50, y: 500 },
      { text: 'Draft', x: 50, y: 30 },
      { text: 'Draft', x: 50.3, y: 30 },
    ]),
  );
  assert.deepEqual(text.split(/\n+/), ['Account messages', 'Please pay on time', 'Draft', 'Draft']);
});

test('what was filled into a form of a PDF stands behind its label, or after the page with the name of its field', async () => {
  const { text } = await read('pdf', await formPdf());
  assert.deepEqual(text.split(/\n+/), [
    'Name: Ada Lovelace Born: 1815',
    'Where do you live? London',
    'Marylebone',
    'Thank you.',
    'remarks: None so far',
    'country: Chile',
    'plan: silver',
  ]);
});

test('a PDF that unpacks to far more than its size is refused, however often it is packed', async () => {
  await assert.rejects(read('pdf', bombPdf(80 * 1024 * 1024)), unreadable(/not safe/));
  await assert.rejects(read('pdf', bombPdf(80 * 1024 * 1024, 3)), unreadable(/not safe/));
});

test('a Word document keeps its headings, and each row of a table is a line', async () => {
  const docx = await docxOf([
    { heading: 'Handbook', level: 1 },
    { text: 'Für alle — 全員.' },
    { heading: 'Prices', level: 2 },
    {
      rows: [
        ['Plan', 'Price'],
        ['Basic', '5 €'],
      ],
    },
  ]);
  const { text } = await read('docx', docx);
  assert.match(text, /Für alle — 全員\./);
  assert.match(text, /Plan \| Price\nBasic \| 5 €/);
  assert.deepEqual(await sections('docx', docx), ['1 Handbook: Handbook\n\nFü', '2 Prices: Prices\n\nPlan']);
});

test('a Word document that is damaged or a bomb says so', async () => {
  const docx = await docxOf([{ text: 'x'.repeat(5000) }]);
  await assert.rejects(read('docx', docx.subarray(0, docx.length - 300)), unreadable(/damaged/));
  await assert.rejects(
    read('docx', zipOf([{ name: 'word/document.xml', content: 'not xml' }])),
    unreadable(/damaged/),
  );
  const blanks = Buffer.alloc(30 * 1024 * 1024, 0x20);
  await assert.rejects(
    read('docx', zipOf([{ name: 'word/document.xml', content: blanks }])),
    unreadable(/not safe.*unpacks/),
  );
  const many = Array.from({ length: 2_100 }, (_, i) => ({ name: `word/${i}`, content: 'x' }));
  await assert.rejects(read('docx', zipOf(many)), unreadable(/more than 2000 parts/));
});

test('a zip that lies about the size of a part is refused before the part is unpacked', async () => {
  const blanks = Buffer.alloc(30 * 1024 * 1024, 0x20);
  const lie = zipOf([{ name: 'word/document.xml', content: blanks, claimedBytes: 1_000 }]);
  await assert.rejects(read('docx', lie), unreadable(/does not unpack to what it should/));
});

test('a Word document opens no file that it links to', async () => {
  const docx = zipOf([
    {
      name: '[Content_Types].xml',
      content: `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      content: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    },
    {
      name: 'word/_rels/document.xml.rels',
      content: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="file:///dev/zero" TargetMode="External"/></Relationships>`,
    },
    {
      name: 'word/document.xml',
      content: `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body><w:p><w:r><w:t>Only words.</w:t></w:r><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:link="r9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p></w:body></w:document>`,
    },
  ]);
  assert.equal((await read('docx', docx)).text.trim(), 'Only words.');
});

test('a word with its reading over it is that word, in Word documents and web pages', async () => {
  const run = (words: string) => `<w:r><w:t>${words}</w:t></w:r>`;
  const ruby = (word: string, reading: string) =>
    `<w:r><w:ruby><w:rubyPr><w:hps w:val="10"/></w:rubyPr><w:rt>${run(reading)}</w:rt><w:rubyBase>${run(word)}</w:rubyBase></w:ruby></w:r>`;
  const docx = docxOfXml(`${run('この')}${ruby('漢', 'かん')}${ruby('字', 'じ')}${run('です。')}`);
  assert.equal((await read('docx', docx)).text, 'この漢字です。');
  const html = '<p>この<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</ruby>です。</p>';
  assert.equal((await read('html', html)).text, 'この漢字です。');
});

test('a web page gives its words and headings, without scripts, styles, menus and link addresses', async () => {
  const html = `<!doctype html><html><head><title>T</title><style>p{color:red}</style></head><body>
    <nav>Home | About</nav><h1>Billing <em>guide</em></h1><p>Pay by <a href="http://x.example/">card</a>.</p>
    <script>alert(1)</script><h2>Refunds</h2><ul><li>In 30 days</li></ul>
    <table><tr><th>Plan</th><th>Price</th></tr><tr><td>Pro</td><td>9</td></tr></table><div hidden>secret</div></body></html>`;
  const { text } = await read('html', html);
  assert.doesNotMatch(text, /alert|color|Home|x\.example|secret/);
  assert.match(text, /Pay by card\./);
  assert.match(text, /- In 30 days/);
  assert.match(text, /Plan \| Price\nPro \| 9/);
  assert.deepEqual(await sections('html', html), [
    '1 Billing guide: Billing guid',
    '2 Refunds: Refunds\n\n- I',
  ]);
});

test('a web page is decoded by the charset that it names', async () => {
  const latin = Buffer.from('<html><meta charset="iso-8859-2"><p>\xb3\xf3d\xbc</p></html>', 'latin1');
  assert.match((await read('html', latin)).text, /łódź/);
});

test('a charset that a web page names late is found, one that it names wrongly is not believed', async () => {
  const page = (charset: string) =>
    Buffer.concat([
      Buffer.from(`<html><head><script>${'x'.repeat(5_000)}</script><meta charset="${charset}"></head><p>`),
      cyrillic,
      Buffer.from('</p></html>'),
    ]);
  assert.equal((await read('html', page('windows-1251'))).text, russian);
  assert.equal((await read('html', page('utf-8'))).text, russian);
  assert.equal((await read('html', page('utf-16'))).text, russian);
});

test('of a web page that marks its content the rest is left out, unless the mark is on next to nothing', async () => {
  const around = (main: string) =>
    `<div>We use cookies.</div>${main}<aside><h3>Newsletter</h3>10% off.</aside><footer>Imprint</footer>`;
  const content = '<h1>Hours</h1><p>We are open from nine to five, on Saturdays from ten to four.</p>';
  for (const main of [`<main>${content}</main>`, `<div role="main" id="a">${content}</div>`]) {
    const { text, headings } = await read('html', around(main));
    assert.match(text, /^Hours\n\nWe are open from nine to five, on Saturdays from ten to four\.$/);
    assert.deepEqual(
      headings.map(({ title }) => title),
      ['Hours'],
    );
  }
  const [title = '', words = ''] = content.split(/(?<=<\/h1>)/);
  const beside = await read('html', around(`<header><p>Shop</p>${title}</header><main>${words}</main>`));
  assert.match(beside.text, /^Hours\n\nWe are open.*ten to four\.$/s);
  const { text } = await read('html', around(`<main>Loading</main>${content}`));
  assert.match(text, /cookies.*Hours.*Newsletter.*Imprint/s);
});

test('terms, questions that open and their answers are lines of their own in a web page', async () => {
  const html = `<dl><dt>Fee</dt><dd>5 €</dd></dl><details><summary>Can I return it?</summary>Yes.</details>
    <h3><button>Where is my order?</button></h3><p>On its way.</p>
    <button aria-expanded="false">Is it free?</button><div>It is.</div><button>Buy now</button>`;
  const { text, headings } = await read('html', html);
  assert.deepEqual(text.split(/\n+/), [
    'Fee',
    '5 €',
    'Can I return it?',
    'Yes.',
    'Where is my order?',
    'On its way.',
    'Is it free?',
    'It is.',
  ]);
  assert.deepEqual(
    headings.map(({ title }) => title),
    ['Where is my order?'],
  );
});

test('a page that is nested too deep is refused rather than cut short', async () => {
  const page = `${'<div>'.repeat(600)}words${'</div>'.repeat(600)}`;
  await assert.rejects(read('html', page), unreadable(/nested deeper than 500 levels/));
});

test('Markdown stays as written; headings of both kinds are found, those in code are not', async () => {
  const markdown = [
    '---\ntitle: x\n---\n# Guide #\n\nText\n\nSetup\n-----\n\n```sh\n# not a heading\n```\n\n',
    '### `npm` [run](http://x)\n\n- item\n---\n\n~~~\n# nor this\n',
  ].join('');
  const { text, blocks } = await read('markdown', markdown);
  assert.equal(text, markdown);
  assert.deepEqual(await sections('markdown', markdown), [
    '1 Guide: # Guide #\n\nT',
    '2 Setup: Setup\n-----\n',
    '3 npm run: ### `npm` [r',
  ]);
  assert.deepEqual(
    blocks?.map(([start, end]) => text.slice(start, end)),
    ['```sh\n# not a heading\n```', '~~~\n# nor this\n'],
  );
});

test('text is read in UTF-8, UTF-16 with and without a mark, and Windows-1252', async () => {
  const text = 'Größe — naïve ½\n';
  const le = Buffer.from(text, 'utf16le');
  for (const encoded of [
    Buffer.from(text),
    Buffer.from(`\ufeff${text}`),
    Buffer.concat([Buffer.from([0xff, 0xfe]), le]),
    Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(le).swap16()]),
  ]) {
    assert.equal((await read('text', encoded)).text, text);
  }
  const plain = 'Plain words in a wide encoding\n';
  assert.equal((await read('text', Buffer.from(plain, 'utf16le'))).text, plain);
  assert.equal((await read('text', Buffer.from('Gr\xf6\xdfe \x96 5 \x80', 'latin1'))).text, 'Größe – 5 €');
});

test('text in an older encoding of another alphabet is recognised, damaged UTF-8 stays UTF-8', async () => {
  const encoded: readonly (readonly [text: string, hex: string])[] = [
    [russian, cyrillic.toString('hex')],
    // Shift_JIS, GB18030
    ['返品は三十日以内に承ります。', '95d4956982cd8e4f8f5c93fa88c893e082c98fb382e882dc82b78142'],
    ['退货须在三十天内办理。请确认。', 'cdcbbbf5d0ebd4dac8fdcaaeccecc4dab0ecc0eda1a3c7ebc8b7c8cfa1a3'],
  ];
  for (const [text, hex] of encoded) assert.equal((await read('text', Buffer.from(hex, 'hex'))).text, text);
  const western =
    'Rücksendungen sind für alle möglich: fünf Größen, später größere, früher kürzere, Übergröße';
  assert.equal((await read('text', Buffer.from(western, 'latin1'))).text, western);
  for (const signs of ['10 × 20 × 30 cm\n', '5 °C; 3 £; 4 µm; § 5; ½; × 5\n', 'Kettle £5.00\n']) {
    const list = signs.repeat(20);
    assert.equal((await read('text', Buffer.from(list, 'latin1'))).text, list);
  }
  const damaged = Buffer.concat([Buffer.from('Größe und Übergröße für alle'), Buffer.from([0xc3])]);
  assert.equal((await read('text', damaged)).text, 'Größe und Übergröße für alle\ufffd');
});

test('a few words in an older encoding are recognised where whole words are of another alphabet', async () => {
  const encoded: readonly (readonly [text: string, hex: string])[] = [
    ['Привет, мир', 'cff0e8e2e5f22c20ece8f0'],
    ['Цена 500 руб.', 'd6e5ede02035303020f0f3e12e'],
    ['Привет, мир', 'f0d2c9d7c5d42c20cdc9d2'],
    ['こんにちは', '82b182f182c982bf82cd'],
    ['返品は三十日以内', '95d4956982cd8e4f8f5c93fa88c893e0'],
    ['価格は500円です', 'b2c1b3caa4cf353030b1dfa4c7a4b9'],
    ['반품은 30일 이내', 'b9ddc7b0c0ba203330c0cf20c0ccb3bb'],
    ['مرحبا بالعالم', 'e3d1cdc8c720c8c7e1dac7e1e3'],
  ];
  for (const [text, hex] of encoded) assert.equal((await read('text', Buffer.from(hex, 'hex'))).text, text);
  for (const western of [
    'Größe',
    'Übergröße',
    'SITUAÇÃO E ELEIÇÃO',
    'naïve ½ ¼ ¾ °°° ×××',
    '¡¿Qué?! ¿¡Cómo!?',
    'Æøå ÆØÅ æøå',
  ])
    assert.equal((await read('text', Buffer.from(western, 'latin1'))).text, western);
});

test('soft hyphens do not cut words in two', async () => {
  assert.equal((await read('html', '<p>re&shy;fund</p>')).text, 'refund');
});

test('text is stored without what would shift offsets: control characters, half surrogates, other line ends', async () => {
  const { text } = await read('text', Buffer.from('a\r\nb\0c\x07d\re', 'utf8'));
  assert.equal(text, 'a\nbcd\ne');
});

test('each row of a CSV names its columns, whatever the delimiter', async () => {
  for (const delimiter of [',', ';', '\t']) {
    const csv = [
      ['name', 'note', 'city'],
      ['Ann', '"said ""hi"", twice"', 'Oslo'],
      ['Bo', '', 'Rome'],
    ]
      .map((row) => row.join(delimiter))
      .join('\n');
    assert.equal(
      (await read('csv', csv)).text,
      'name: Ann\nnote: said "hi", twice\ncity: Oslo\n\nname: Bo\ncity: Rome',
    );
  }
});

test('what stands above the columns of a CSV names none of them', async () => {
  assert.equal((await read('csv', 'sep=|\nid|name\n1|Al, Bo\n')).text, 'id: 1\nname: Al, Bo');
  const report = 'Report of March;;\n;;\nid;name;sum\n1;Al;5\n';
  assert.equal((await read('csv', report)).text, 'Report of March\n\nid: 1\nname: Al\nsum: 5');
  const list = 'name\nAl\nBob, Jr.\nCarol\nDave\n';
  assert.equal(
    (await read('csv', list)).text,
    'name: Al\n\nname: Bob\nColumn 2: Jr.\n\nname: Carol\n\nname: Dave',
  );
});

test('a CSV that is too long only because each row names its columns says so', async () => {
  const csv = `${'c'.repeat(1_000)},b\n${'1,2\n'.repeat(6_000)}`;
  await assert.rejects(
    read('csv', csv),
    unreadable(/5 million characters .* when each row names its columns/),
  );
});

test('numbers in JSON keep the digits that they were written with', async () => {
  const json = '{"order": 12345678901234567890, "price": 1.10, "rate": 1e-9, "n": 3}';
  const lines = 'order: 12345678901234567890\nprice: 1.10\nrate: 1e-9\nn: 3';
  assert.equal((await read('json', json)).text, lines);
  assert.equal((await read('json', `${json}\n${json}`)).text, `${lines}\n\n${lines}`);
});

test('a list of JSON records reads like a table, other JSON as paths', async () => {
  const records = [{ id: 1, tags: ['a', 'b'], at: { city: 'Oslo' } }, { id: 2 }];
  const expected = 'id: 1\ntags: a, b\nat.city: Oslo\n\nid: 2';
  assert.equal((await read('json', JSON.stringify(records))).text, expected);
  assert.equal((await read('json', JSON.stringify({ items: records }))).text, expected);
  assert.equal(
    (await read('json', records.map((record) => JSON.stringify(record)).join('\n'))).text,
    expected,
  );
  assert.equal((await read('json', '{"a":{"b":[{"c":true},null]},"d":"x"}')).text, 'a.b[0].c: true\nd: x');
  const rules = '{"title":"t","to":{"rules":[{"if":"a","do":"b"},{"if":"c"}]},"end":1}';
  assert.equal(
    (await read('json', rules)).text,
    'title: t\nend: 1\n\nto.rules[0].if: a\nto.rules[0].do: b\n\nto.rules[1].if: c',
  );
  assert.equal((await read('json', '{"a": 1, // comment\n}')).text, '{"a": 1, // comment\n}');
});

test('what JSON writes as an escape is cleaned like any other text', async () => {
  const json = String.raw`{"a": "re\u00adfund\u0000s\r\nin 30 days", "b\u0007": "half \ud83d"}`;
  assert.equal((await read('json', json)).text, 'a: refunds\nin 30 days\nb: half \ufffd');
});

test('JSON that is too deep, or whose paths come to too much text, is refused', async () => {
  await assert.rejects(
    read('json', '{"a":'.repeat(70) + '1'.padEnd(71, '}')),
    unreadable(/nested deeper than 64/),
  );
  const wide = Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`k${i}`, 1]));
  await assert.rejects(
    read('json', JSON.stringify({ ['k'.repeat(1_000)]: wide, b: 1 })),
    unreadable(/5 million/),
  );
});

test('a document of white space only is empty', async () => {
  await assert.rejects(read('text', ' \n\t \u00a0'), unreadable(/empty/));
  await assert.rejects(
    read('html', '<html><script>x</script></html>'),
    unreadable(/empty without its scripts.*PDF/),
  );
  await assert.rejects(read('docx', await docxOf([{ text: '' }])), unreadable(/no text in its body/));
});

test('inputs made to be slow to match are read in time that grows with their length', async () => {
  const size = 200_000;
  for (const [type, content] of [
    ['markdown', `# ${' '.repeat(size)}x\n${'['.repeat(size)}\n${'* '.repeat(size)}`],
    ['html', `<html><pre>${' '.repeat(size)}x</pre>${'<b>'.repeat(size / 10)}${'&nbsp;'.repeat(size)}x`],
    ['html', `<html><table><tr>${'<td></td>'.repeat(size / 10)}<td>x`],
    ['csv', `a,b\n${'"'.repeat(size)}\n${','.repeat(size)}`],
    ['text', `${' \n'.repeat(size)}x`],
  ] as const) {
    const computedMs = await cpuMsOf(() => read(type, content).catch(unreadable(/nested deeper/)));
    assert.ok(computedMs < 10_000, `${type} took ${computedMs} ms`);
  }
});
