import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { buildGet } from '../client/build-request.ts';
import { measure } from '../measure.ts';
import { hasProc, rssKb } from '../procs/proc-stat.ts';
import type { Figure } from '../report/figure.ts';
import { formatNumber } from '../report/table.ts';
import { makeHome } from '../targets/muster-home.ts';
import { startMuster } from '../targets/muster-target.ts';
import type { Target } from '../targets/target.ts';
import type { Scenario } from './scenario.ts';

const SETTLE_MS = 3_000;

/**
 * What a process has once taken it seldom gives back, so the order counts. What is resident in all is that of a server that
 * was just started. What one connection or stream adds is the slope between few and many on another that has worked before:
 * connections and streams before the chat that fills the heap.
 */
export const memory: Scenario = {
  name: 'memory',
  title: 'resident memory',
  async run(bench) {
    if (!hasProc) throw new Error('There is no /proc on this system to read memory from.');
    const home = await makeHome();
    const start = { home, upstreamPort: bench.upstream.port, name: 'muster-memory' };
    const first = await startMuster(bench.processes, start);
    await first.request('mock-json');
    await first.request(streamModel, { stream: true });
    await first.process.stop();
    const figures: Figure[] = [];
    for (const part of [fresh, worked]) {
      // Started again: an idle server that was only just set up still holds what hashing the password took.
      const server = await startMuster(bench.processes, start);
      try {
        figures.push(...(await part(bench, server)));
      } finally {
        await server.process.stop();
      }
    }
    return figures;
  },
};

async function settledKb(server: Target): Promise<number> {
  await sleep(SETTLE_MS);
  return rssKb(server.process.pid) ?? Number.NaN;
}

async function fresh(bench: Bench, server: Target): Promise<Figure[]> {
  const rest = await idle(server);
  // A few first: what a stream runs through is compiled then, which takes memory of its own while it lasts.
  await measureStreams(bench, server, FEW_STREAMS);
  const streaming = await measureStreams(bench, server, STREAMS);
  const bounds = { reach: { atMost: 220 }, aim: { atMost: 150 } };
  return [rest, { name: 'with 1,000 streams', value: streaming.rssKb / 1024, unit: 'MB', ...bounds }];
}

async function worked(bench: Bench, server: Target): Promise<Figure[]> {
  await settledKb(server);
  return [
    await idleConnections(bench, server),
    await openStream(bench, server),
    await storedConversations(bench, server),
  ];
}

async function idle(server: Target): Promise<Figure> {
  const value = (await settledKb(server)) / 1024;
  return { name: 'idle', value, unit: 'MB', reach: { atMost: 120 }, aim: { atMost: 90 } };
}

async function idleConnections(bench: Bench, server: Target): Promise<Figure> {
  const request = buildGet(server.port, '/health');
  const warmUp = { kind: 'chat' as const, port: server.port, request, connections: 32 };
  await measure(bench, server, { ...warmUp, warmMs: 0, measureMs: bench.ms(3_000) });
  const rssWith = async (connections: number): Promise<number> => {
    const job = {
      kind: 'idle' as const,
      port: server.port,
      request,
      connections,
      warmMs: 1_000,
      measureMs: 3_000,
    };
    return (await measure(bench, server, job, { memory: true })).rssKb;
  };
  const many = bench.options.quick ? 2_000 : 4_000;
  const bounds = { reach: { atMost: 10 }, aim: { atMost: 6 } };
  return { ...(await slope('an idle connection', 'connections', [500, many], rssWith)), ...bounds };
}

const [FEW_STREAMS, STREAMS] = [100, 1_000];
const streamModel = 'mock-stream-100-100';

async function openStream(bench: Bench, server: Target): Promise<Figure> {
  const rssWith = async (streams: number): Promise<number> =>
    (await measureStreams(bench, server, streams)).rssKb;
  const bounds = { reach: { atMost: 64 }, aim: { atMost: 45 } };
  return {
    ...(await slope('a stream of 100 ms gaps', 'streams', [FEW_STREAMS, STREAMS], rssWith)),
    ...bounds,
  };
}

async function measureStreams(bench: Bench, server: Target, streams: number): Promise<{ rssKb: number }> {
  const job = {
    kind: 'streams' as const,
    port: server.port,
    request: await server.request(streamModel, { stream: true }),
    streams,
    chunksPerStream: 100,
    warmMs: 10_000,
    measureMs: bench.ms(6_000),
  };
  return measure(bench, server, job, { memory: true });
}

/** Resident memory with few and with many, and what each of those in between took. */
async function slope(
  name: string,
  noun: string,
  [few, many]: readonly [number, number],
  rssWith: (count: number) => Promise<number>,
): Promise<Figure> {
  const fewKb = await rssWith(few);
  const manyKb = await rssWith(many);
  const megabytes = (kb: number): string => `${formatNumber(kb / 1024)} MB`;
  const detail = `${megabytes(fewKb)} with ${formatNumber(few)} ${noun}, ${megabytes(manyKb)} with ${formatNumber(many)}`;
  return { name, value: (manyKb - fewKb) / (many - few), unit: 'KB', detail };
}

/** A server that keeps anything of a conversation grows by over a KB each; the first run fills the heap once. */
async function storedConversations(bench: Bench, server: Target): Promise<Figure> {
  const job = {
    kind: 'chat' as const,
    port: server.port,
    request: await server.request('mock-json'),
    connections: 32,
    warmMs: 0,
    measureMs: bench.ms(15_000),
  };
  await measure(bench, server, job);
  const beforeKb = await settledKb(server);
  const { completed } = await measure(bench, server, job);
  const afterKb = await settledKb(server);
  const detail = `${formatNumber(beforeKb / 1024)} to ${formatNumber(afterKb / 1024)} MB over ${formatNumber(completed)} conversations`;
  const value = (afterKb - beforeKb) / completed;
  return {
    name: 'a stored conversation',
    value,
    unit: 'KB',
    reach: { atMost: 0.3 },
    aim: { atMost: 0.1 },
    detail,
  };
}
