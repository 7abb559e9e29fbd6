import type { Bench } from '../bench.ts';
import {
  bothMedians,
  busyText,
  comparePairs,
  cpuUsPerRequest,
  type Pair,
  requestsPerSecond,
  roundsFigure,
} from '../compare.ts';
import { hasProc } from '../procs/proc-stat.ts';
import type { Figure } from '../report/figure.ts';
import type { RequestOptions, Target } from '../targets/target.ts';
import type { Scenario } from './scenario.ts';

export const chat: Scenario = {
  name: 'chat',
  title: 'whole answers, a new conversation each',
  async run(bench) {
    const muster = await bench.muster();
    const figures = addedLatency(await compareChat(bench, muster, bench.proxy, 1));
    for (const connections of [32, 128]) {
      const pairs = await compareChat(bench, muster, bench.proxy, connections);
      figures.push(...throughput(`${connections} concurrent`, pairs, 0.25, 0.4));
      if (hasProc) {
        figures.push(
          { ...cpuFigure(`${connections} concurrent`, pairs), reach: { atMost: 300 }, aim: { atMost: 180 } },
          cpuRatio(`${connections} concurrent`, pairs),
        );
      }
    }
    return figures;
  },
};

/** Closed loop of `connections` callers; the base is always asked for the plain answer. */
export function compareChat(
  bench: Bench,
  subject: Target,
  base: Target,
  connections: number,
  { model = 'mock-json', ...options }: RequestOptions & { readonly model?: string } = {},
): Promise<Pair[]> {
  return comparePairs(bench, subject, base, async (target) => ({
    kind: 'chat',
    port: target.port,
    request: await (target === base ? base.request('mock-json') : target.request(model, options)),
    connections,
    warmMs: bench.ms(1_000),
    measureMs: bench.ms(4_000),
  }));
}

export function throughput(name: string, pairs: readonly Pair[], reach: number, aim: number): Figure[] {
  const detail = `${bothMedians(pairs, requestsPerSecond, 'req/s')}; ${busyText(pairs)}`;
  const ratio = (pair: Pair): number => requestsPerSecond(pair.subject) / requestsPerSecond(pair.base);
  const text = { name: `${name}: req/s × proxy`, reach: { atLeast: reach }, aim: { atLeast: aim } };
  return [roundsFigure(text, pairs, ratio, detail)];
}

export function cpuFigure(name: string, pairs: readonly Pair[]): Figure {
  const detail = bothMedians(pairs, cpuUsPerRequest, 'µs');
  const text = { name: `${name}: CPU a request`, unit: 'µs' };
  return roundsFigure(text, pairs, (pair) => cpuUsPerRequest(pair.subject), detail);
}

/** 300 and 180 µs were set on a machine whose proxy took 58 µs a request. */
function cpuRatio(name: string, pairs: readonly Pair[]): Figure {
  const text = { name: `${name}: CPU × proxy`, reach: { atMost: 5.2 }, aim: { atMost: 3.1 } };
  return roundsFigure(text, pairs, (pair) => cpuUsPerRequest(pair.subject) / cpuUsPerRequest(pair.base));
}

/** What one caller waits for longer than at the proxy. */
export function addedP50(pairs: readonly Pair[]): Figure {
  const p50 = (pair: Pair): number => pair.subject.latencyMs.p50 - pair.base.latencyMs.p50;
  const detail = bothMedians(pairs, (side) => side.latencyMs.p50, 'ms');
  return roundsFigure({ name: '1 concurrent: added p50', unit: 'ms' }, pairs, p50, detail);
}

function addedLatency(pairs: readonly Pair[]): Figure[] {
  const p99 = (pair: Pair): number => pair.subject.latencyMs.p99 - pair.base.latencyMs.p99;
  return [
    { ...addedP50(pairs), reach: { atMost: 1.2 }, aim: { atMost: 0.7 } },
    roundsFigure(
      { name: '1 concurrent: added p99', unit: 'ms', reach: { atMost: 15 }, aim: { atMost: 5 } },
      pairs,
      p99,
      bothMedians(pairs, (side) => side.latencyMs.p99, 'ms'),
    ),
  ];
}
