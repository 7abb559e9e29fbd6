import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventTooLarge, SseParser } from './sse-parser.ts';

function parse(pieces: readonly Uint8Array[], max = 1_000_000): string[] {
  const events: string[] = [];
  const parser = new SseParser((data, event) => events.push(`${event}|${data}`), max);
  for (const piece of pieces) parser.push(piece);
  parser.end();
  return events;
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const out: Uint8Array[] = [];
  let from = 0;
  for (const to of [...sorted, bytes.length]) {
    out.push(bytes.subarray(from, to));
    from = to;
  }
  return out;
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const value = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, ' '));
const line = fc.oneof(
  value.map((text) => `data: ${text}`),
  value.map((text) => `data:${text}`),
  value.map((text) => `: ${text}`),
  value.map((text) => `event: ${text}`),
  fc.constantFrom('id: 7', 'retry: 100', 'nonsense', 'data', 'data: [DONE]', ''),
);
const stream = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(line, lineEnd), { maxLength: 30 }))
  .map(([bom, lines]) => `${bom ? '\u{FEFF}' : ''}${lines.map(([text, end]) => text + end).join('')}`);

test('the events are the same however the network cuts the bytes', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (text, places) => {
      const bytes = Buffer.from(text);
      assert.deepEqual(parse(cut(bytes, places)), parse([bytes]));
    }),
    { numRuns: 500 },
  );
});

test('a stream that comes byte by byte gives the same events', () => {
  fc.assert(
    fc.property(stream, (text) => {
      const bytes = Buffer.from(text);
      assert.deepEqual(parse([...bytes].map((byte) => Uint8Array.of(byte))), parse([bytes]));
    }),
    { numRuns: 100 },
  );
});

test('any bytes at all are taken without an error', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }), (pieces) => {
      parse(pieces);
    }),
  );
});

test('line ends, comments, data lines and the mark at the begin are read as the specification says', () => {
  const bytes = (text: string) => [Buffer.from(text)];
  assert.deepEqual(parse(bytes('\u{FEFF}data: a\r\n\r\ndata: b\r\rdata: c\n\n')), ['|a', '|b', '|c']);
  assert.deepEqual(parse(bytes(': keep-alive\n\ndata: a\ndata: b\n\n')), ['|a\nb']);
  assert.deepEqual(parse(bytes('event: error\ndata:  x\n\ndata: y\n\n')), ['error| x', '|y']);
  assert.deepEqual(parse(bytes('data: no blank line after it')), ['|no blank line after it']);
  assert.deepEqual(parse(bytes('data:\n\n')), ['|']);
});

test('an event above the bound is refused whether it comes at once or in pieces', () => {
  const big = Buffer.from(`data: ${'x'.repeat(2_000)}\n\n`);
  assert.throws(() => parse([big], 1_000), EventTooLarge);
  assert.throws(
    () =>
      parse(
        [...big].map((byte) => Uint8Array.of(byte)),
        1_000,
      ),
    EventTooLarge,
  );
  const lines = Buffer.from('data: 123456789\n'.repeat(200));
  assert.throws(() => parse([lines], 1_000), EventTooLarge);
});

test('an event of a megabyte in single bytes costs no squares', () => {
  const bytes = Buffer.from(`data: ${'x'.repeat(1_000_000)}\n\n`);
  const events: string[] = [];
  const parser = new SseParser((data) => events.push(data), 2_000_000);
  const before = process.cpuUsage().user;
  for (let at = 0; at < bytes.length; at += 1) parser.push(bytes.subarray(at, at + 1));
  assert.equal(events[0]?.length, 1_000_000);
  assert.ok(process.cpuUsage().user - before < 3_000_000, 'less than three seconds');
});
