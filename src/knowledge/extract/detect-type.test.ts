import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docxOf, pdfOf, zipOf } from '../testing/fixtures.ts';
import { detectType } from './detect-type.ts';

const detect = (content: string | Uint8Array, name: string, declared?: string) =>
  detectType(typeof content === 'string' ? Buffer.from(content, 'latin1') : content, name, declared);

test('content decides over name and declared type', async () => {
  assert.deepEqual(detect(await pdfOf([['x']]), 'notes.txt', 'text/plain'), { type: 'pdf' });
  assert.deepEqual(detect(await docxOf([{ text: 'x' }]), 'notes.txt'), { type: 'docx' });
  assert.deepEqual(detect('<!DOCTYPE html><p>x', 'page.txt'), { type: 'html' });
  assert.deepEqual(detect('just words', 'fake.pdf', 'application/pdf'), { type: 'text' });
});

test('text is told apart by its extension, then by the declared type, then by its look', () => {
  assert.deepEqual(detect('a,b', 'x.csv', 'text/plain'), { type: 'csv' });
  assert.deepEqual(detect('a,b', 'x', 'text/csv; charset=utf-8'), { type: 'csv' });
  assert.deepEqual(detect('{}', 'x.JSON'), { type: 'json' });
  assert.deepEqual(detect('# Title\n\ntext', 'Pasted'), { type: 'markdown' });
  assert.deepEqual(detect('# Title\n\ntext', 'x.txt'), { type: 'text' });
  assert.deepEqual(detect('text', 'README.md'), { type: 'markdown' });
  assert.deepEqual(detect('plain', 'Pasted', 'no such type'), { type: 'text' });
  assert.deepEqual(detect(Buffer.from('\ufeffwide', 'utf16le'), 'x.txt'), { type: 'text' });
  assert.deepEqual(detect(Buffer.from('wide without a mark', 'utf16le'), 'x.txt'), { type: 'text' });
});

test('what holds no text that Muster reads is refused with what it is and the way out', () => {
  const reasons = (content: string | Uint8Array, name: string) => {
    const detected = detect(content, name);
    return detected.type === 'unsupported' ? detected.reason : detected.type;
  };
  assert.match(reasons('\x89PNG\r\n\x1a\n\0\0', 'a.txt'), /picture \(PNG\)/);
  assert.match(reasons('\xff\xd8\xff\xe0\0', 'a.pdf'), /picture \(JPEG\)/);
  assert.match(reasons('{\\rtf1 x}', 'a.rtf'), /RTF.*Save it as/);
  assert.match(reasons('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'a.docx'), /old Office file.*password/);
  assert.match(reasons(zipOf([{ name: 'xl/workbook.xml', content: 'x' }]), 'a.xlsx'), /Excel.*CSV/);
  assert.match(reasons(zipOf([{ name: 'ppt/x.xml', content: 'x' }]), 'a.pptx'), /PowerPoint.*PDF/);
  assert.match(reasons(zipOf([{ name: 'a.txt', content: 'x' }]), 'a.zip'), /archive/);
  assert.match(reasons('\x7fELF\x02\0\0', 'a'), /program/);
  assert.match(
    reasons(Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 7919) % 256)), 'a.txt'),
    /binary.*save it as UTF-8/,
  );
});

test('words that begin like a binary file are still words', () => {
  assert.deepEqual(detect('MZ is the mark of programs', 'a.txt'), { type: 'text' });
  assert.deepEqual(detect('RIFF raff', 'a.txt'), { type: 'text' });
});
