import type { Bench } from '../bench.ts';
import {
  bothMedians,
  busyText,
  chunksPerSecond,
  comparePairs,
  cpuUsPerChunk,
  type Pair,
  roundsFigure,
} from '../compare.ts';
import { hasProc } from '../procs/proc-stat.ts';
import type { Figure } from '../report/figure.ts';
import type { Target } from '../targets/target.ts';
import type { Scenario } from './scenario.ts';

export const streams: Scenario = {
  name: 'streams',
  title: 'streamed answers, a new conversation each',
  async run(bench) {
    const muster = await bench.muster();
    return [
      ...(hasProc
        ? [{ ...(await cpuAChunk(bench, muster)), reach: { atMost: 1.5 }, aim: { atMost: 1.2 } }]
        : []),
      await unpaced(bench, muster),
      ...(await thousandSlow(bench, muster)),
      ...(await thousandFast(bench, muster)),
      ...(await firstToken(bench, muster)),
    ];
  },
};

interface Shape {
  readonly streams: number;
  readonly chunks: number;
  readonly gapMs: number;
  readonly measureMs: number;
}

function compareStreams(bench: Bench, subject: Target, shape: Shape): Promise<Pair[]> {
  const model = `mock-stream-${shape.chunks}-${shape.gapMs}`;
  return comparePairs(bench, subject, bench.proxy, async (target) => ({
    kind: 'streams',
    port: target.port,
    request: await target.request(model, { stream: true }),
    streams: shape.streams,
    chunksPerStream: shape.chunks,
    // One stream's length, so that from the window's start on as many end as begin.
    warmMs: Math.max(1_000, shape.chunks * shape.gapMs * 1.1),
    measureMs: bench.ms(shape.measureMs),
  }));
}

export async function cpuAChunk(bench: Bench, subject: Target): Promise<Figure> {
  const pairs = await compareStreams(bench, subject, {
    streams: 200,
    chunks: 100,
    gapMs: 20,
    measureMs: 4_000,
  });
  const ratio = (pair: Pair): number => cpuUsPerChunk(pair.subject) / cpuUsPerChunk(pair.base);
  const text = { name: '200 streams × 20 ms: CPU a chunk × proxy' };
  const detail = `${bothMedians(pairs, cpuUsPerChunk, 'µs')}; ${busyText(pairs)}`;
  return roundsFigure(text, pairs, ratio, detail);
}

export async function unpaced(bench: Bench, subject: Target): Promise<Figure> {
  const pairs = await compareStreams(bench, subject, {
    streams: 32,
    chunks: 100,
    gapMs: 0,
    measureMs: 4_000,
  });
  const ratio = (pair: Pair): number => chunksPerSecond(pair.subject) / chunksPerSecond(pair.base);
  const detail = `${bothMedians(pairs, (side) => side.completed / side.seconds, 'streams/s')}; ${busyText(pairs)}`;
  return roundsFigure({ name: '32 streams of 100 chunks, no gap: × proxy' }, pairs, ratio, detail);
}

async function thousandSlow(bench: Bench, subject: Target): Promise<Figure[]> {
  const shape = { streams: 1_000, chunks: bench.options.quick ? 30 : 100, gapMs: 100, measureMs: 6_000 };
  const pairs = await compareStreams(bench, subject, shape);
  const name = '1,000 streams × 100 ms';
  const due = (shape.streams * 1_000) / shape.gapMs;
  return [
    roundsFigure(
      { name: `${name}: delivered`, reach: { atLeast: 0.98 }, aim: { atLeast: 0.998 } },
      pairs,
      (pair) => chunksPerSecond(pair.subject) / due,
      `${bothMedians(pairs, chunksPerSecond, 'chunks/s')}; ${busyText(pairs)}`,
    ),
    roundsFigure(
      { name: `${name}: delay p50`, unit: 'ms', reach: { atMost: 1 }, aim: { atMost: 0.5 } },
      pairs,
      (pair) => pair.subject.delayMs.p50,
      bothMedians(pairs, (side) => side.delayMs.p50, 'ms'),
    ),
    roundsFigure(
      { name: `${name}: delay p99`, unit: 'ms', reach: { atMost: 60 }, aim: { atMost: 30 } },
      pairs,
      (pair) => pair.subject.delayMs.p99,
      bothMedians(pairs, (side) => side.delayMs.p99, 'ms'),
    ),
  ];
}

async function thousandFast(bench: Bench, subject: Target): Promise<Figure[]> {
  const pairs = await compareStreams(bench, subject, {
    streams: 1_000,
    chunks: 100,
    gapMs: 20,
    measureMs: 5_000,
  });
  const ratio = (pair: Pair): number => chunksPerSecond(pair.subject) / chunksPerSecond(pair.base);
  const text = {
    name: '1,000 streams × 20 ms: chunks × proxy',
    reach: { atLeast: 0.75 },
    aim: { atLeast: 0.95 },
  };
  return [
    roundsFigure(
      text,
      pairs,
      ratio,
      `${bothMedians(pairs, chunksPerSecond, 'chunks/s')}; ${busyText(pairs)}`,
    ),
  ];
}

async function firstToken(bench: Bench, subject: Target): Promise<Figure[]> {
  const pairs = await comparePairs(bench, subject, bench.proxy, async (target) => ({
    kind: 'arrivals',
    port: target.port,
    request: await target.request('mock-stream-20-20', { stream: true }),
    perSecond: 100,
    chunksPerStream: 20,
    warmMs: bench.ms(2_000),
    measureMs: bench.ms(8_000),
  }));
  return [
    roundsFigure(
      { name: '100 new streams/s: first token p50', unit: 'ms', reach: { atMost: 4 }, aim: { atMost: 2 } },
      pairs,
      (pair) => pair.subject.latencyMs.p50,
      bothMedians(pairs, (side) => side.latencyMs.p50, 'ms'),
    ),
    roundsFigure(
      { name: '100 new streams/s: first token p99', unit: 'ms', reach: { atMost: 30 }, aim: { atMost: 10 } },
      pairs,
      (pair) => pair.subject.latencyMs.p99,
      bothMedians(pairs, (side) => side.latencyMs.p99, 'ms'),
    ),
  ];
}
