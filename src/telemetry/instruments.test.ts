import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Counter, Histogram } from './instruments.ts';

it('a histogram counts every value in all buckets that it fits in', () => {
  const histogram = new Histogram('seconds', 'How long.', ['route'], [0.1, 1]);
  for (const value of [0.05, 0.1, 0.5, 30]) histogram.observe(['/x'], value);
  assert.deepEqual(
    [...histogram.lines()],
    [
      '# HELP seconds How long.',
      '# TYPE seconds histogram',
      'seconds_bucket{route="/x",le="0.1"} 2',
      'seconds_bucket{route="/x",le="1"} 3',
      'seconds_bucket{route="/x",le="+Inf"} 4',
      'seconds_sum{route="/x"} 30.65',
      'seconds_count{route="/x"} 4',
    ],
  );
});

it('a label can hold any text', () => {
  const counter = new Counter('calls', 'Calls.', ['tool']);
  counter.add(['a"b\\c\nd']);
  assert.equal([...counter.lines()].at(-1), String.raw`calls{tool="a\"b\\c\nd"} 1`);
});

it('names that users choose do not fill the memory', () => {
  const counter = new Counter('calls', 'Calls.', ['tool']);
  for (let n = 0; n < 2_000; n++) counter.add([`tool-${n}`]);
  counter.add(['tool-1']);
  const lines = [...counter.lines()];
  assert.ok(lines.length < 600, `${lines.length} lines`);
  assert.ok(lines.includes('calls{tool="tool-1"} 2'));
  assert.ok(lines.includes('calls{tool="other"} 1500'));
});
