import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { csvField } from './csv-field.ts';

it('no text is a formula to a spreadsheet, and all of it is there', () => {
  for (const begin of ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
    const text = `${begin}HYPERLINK("http://evil.example";"x"),1`;
    const [row] = parse(`${csvField(text)}\r\n`, { relax_column_count: true, record_delimiter: '\r\n' });
    assert.equal(row?.[0], `'${text}`);
  }
  assert.equal(csvField('a=1'), 'a=1');
  assert.equal(csvField(-1), '-1');
});
