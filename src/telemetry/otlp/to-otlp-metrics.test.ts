import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Counter, gauge, Histogram } from '../instruments.ts';
import { toOtlpMetrics } from './to-otlp-metrics.ts';

it('OTLP has every figure of the text: sums, gauges, and buckets that do not contain each other', () => {
  const calls = new Counter('calls_total', 'Calls.', ['model', 'outcome']);
  calls.add(['a "b"\\\n{c}', 'ok'], 3);
  const seconds = new Histogram('wait_seconds', 'Waits.', ['route'], [0.1, 1]);
  for (const value of [0.05, 0.5, 0.6, 7]) seconds.observe(['/x'], value);
  const unused = new Counter('unused_total', 'Nothing.');
  const lines = [calls, seconds, unused].flatMap((instrument) => [...instrument.lines()]);
  lines.push(...gauge('memory_bytes', 'Memory.', [{ value: 12.5 }]));
  const sent = toOtlpMetrics(
    `${lines.join('\n')}\n`,
    { name: 's', version: '1' },
    { startedAt: 1_000, now: 2_000 },
  );
  const [sum, histogram, memory, ...rest] = sent.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
  const times = { startTimeUnixNano: '1000000000', timeUnixNano: '2000000000' };
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  assert.deepEqual(rest, []);
  assert.deepEqual(sum, {
    ...{ name: 'calls_total', description: 'Calls.' },
    sum: {
      aggregationTemporality: 2,
      isMonotonic: true,
      dataPoints: [
        {
          attributes: [attribute('model', 'a "b"\\\n{c}'), attribute('outcome', 'ok')],
          ...times,
          asDouble: 3,
        },
      ],
    },
  });
  assert.deepEqual(histogram, {
    ...{ name: 'wait_seconds', description: 'Waits.', unit: 's' },
    histogram: {
      aggregationTemporality: 2,
      dataPoints: [
        {
          attributes: [attribute('route', '/x')],
          ...times,
          ...{ count: '4', sum: 8.15, explicitBounds: [0.1, 1], bucketCounts: ['1', '2', '1'] },
        },
      ],
    },
  });
  assert.deepEqual(memory, {
    ...{ name: 'memory_bytes', description: 'Memory.', unit: 'By' },
    gauge: { dataPoints: [{ attributes: [], ...times, asDouble: 12.5 }] },
  });
});
