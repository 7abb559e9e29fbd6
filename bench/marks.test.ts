import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MarkReader, writeMark } from './marks.ts';

function readAll(text: string, pieceBytes: number): { marks: number[]; done: boolean } {
  const marks: number[] = [];
  const reader = new MarkReader((us) => marks.push(us));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    reader.read(bytes, at, Math.min(at + pieceBytes, bytes.length));
  }
  return { marks, done: reader.done };
}

test('every mark and the end are found at any cut of the bytes', () => {
  const text = `data: {"content":"${writeMark(1234567)} a"}\n\ndata: {"content":"${writeMark(7654321)}"}\n\ndata: [DONE]\n\n`;
  for (const pieceBytes of [1, 2, 7, 16, 1000]) {
    assert.deepEqual(readAll(text, pieceBytes), { marks: [1234567, 7654321], done: true });
  }
});

test('two marks in one merged chunk count twice', () => {
  assert.deepEqual(readAll(`${writeMark(1)}${writeMark(2)}`, 64).marks, [1, 2]);
});

test('an at-sign without its digits is no mark, and half an end is no end', () => {
  assert.deepEqual(readAll('someone@example.com [DON] [DONE', 64), { marks: [], done: false });
});

test('an end that follows a bracket is still seen', () => {
  assert.equal(readAll('[[DONE]', 64).done, true);
});

test('a text that is said again at its end counts once', () => {
  const text = `${writeMark(1)} ${writeMark(2)} ${writeMark(3)}`;
  assert.deepEqual(readAll(`${text}${text}${text}[DONE]`, 7), { marks: [1, 2, 3], done: true });
});
