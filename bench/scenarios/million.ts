import type { Bench } from '../bench.ts';
import { bothMedians, comparePairs, cpuUsPerRequest, requestsPerSecond, roundsFigure } from '../compare.ts';
import { hasProc } from '../procs/proc-stat.ts';
import type { Figure } from '../report/figure.ts';
import { fillHome } from '../targets/fill-home.ts';
import { type MusterHome, makeHome } from '../targets/muster-home.ts';
import { startMuster } from '../targets/muster-target.ts';
import type { Target } from '../targets/target.ts';
import type { Scenario } from './scenario.ts';

const MODEL = 'mock-json';

export const million: Scenario = {
  name: 'million',
  title: 'the same work beside 1,000,000 stored turns with their runs, usage rows and ledger lines',
  onlyByName: true,
  async run(bench) {
    const rows = bench.options.quick ? 100_000 : 1_000_000;
    const small = await startOn(bench, await makeHome(), 'muster-small');
    const home = await makeHome();
    const filling = await startOn(bench, home, 'muster-to-fill');
    await oneChat(bench, filling);
    await filling.process.stop();
    fillHome(home, rows);
    const full = await startOn(bench, home, 'muster-full');
    try {
      return await compareFull(bench, full, small, rows);
    } finally {
      await Promise.all([full.process.stop(), small.process.stop()]);
    }
  },
};

function startOn(bench: Bench, home: MusterHome, name: string): Promise<Target> {
  return startMuster(bench.processes, { home, upstreamPort: bench.upstream.port, name });
}

/** The stored rows are copies of this turn's. */
async function oneChat(bench: Bench, server: Target): Promise<void> {
  const request = await server.request(MODEL);
  const once = { kind: 'chat' as const, port: server.port, request, connections: 1, warmMs: 0, measureMs: 1 };
  await bench.load.run(once);
}

async function compareFull(bench: Bench, full: Target, small: Target, rows: number): Promise<Figure[]> {
  const pairs = await comparePairs(bench, full, small, async (target) => ({
    kind: 'chat',
    port: target.port,
    request: await target.request(MODEL),
    connections: 32,
    warmMs: bench.ms(1_000),
    measureMs: bench.ms(6_000),
  }));
  const name = `chat at 32 beside ${rows.toLocaleString('en-US')} turns`;
  const rate = { name: `${name}: req/s × an empty one`, reach: { atLeast: 0.9 }, aim: { atLeast: 0.97 } };
  const cpu = {
    name: `${name}: CPU a request × an empty one`,
    reach: { atMost: 1.1 },
    aim: { atMost: 1.03 },
  };
  const figures = [
    roundsFigure(
      rate,
      pairs,
      (pair) => requestsPerSecond(pair.subject) / requestsPerSecond(pair.base),
      bothMedians(pairs, requestsPerSecond, 'req/s'),
    ),
  ];
  if (!hasProc) return figures;
  return [
    ...figures,
    roundsFigure(
      cpu,
      pairs,
      (pair) => cpuUsPerRequest(pair.subject) / cpuUsPerRequest(pair.base),
      bothMedians(pairs, cpuUsPerRequest, 'µs'),
    ),
  ];
}
