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
const STREAMS = 1_000;

/** Resident memory moves with the collector's mood, so growth is judged after a warm-up and over thousands. */
export const memory: Scenario = {
  name: 'memory',
  title: 'resident memory of a fresh server',
  async run(bench) {
    if (!hasProc) throw new Error('There is no /proc on this system to read memory from.');
    const home = await makeHome();
    const start = { home, upstreamPort: bench.upstream.port, name: 'muster-memory' };
    const first = await startMuster(bench.processes, start);
    await first.request('mock-json');
    await first.request(streamModel, { stream: true });
    await first.process.stop();
    // Started again: an idle server that was only just set up still holds what hashing the password took.
    const server = await startMuster(bench.processes, start);
    try {
      return [
        await idle(server),
        ...(await storedConversations(bench, server)),
        await idleConnections(bench, server),
        ...(await openStreams(bench, server)),
      ];
    } finally {
      await server.process.stop();
    }
  },
};

const streamModel = 'mock-stream-100-100';

async function settledKb(server: Target): Promise<number> {
  await sleep(SETTLE_MS);
  return rssKb(server.process.pid) ?? Number.NaN;
}

async function idle(server: Target): Promise<Figure> {
  const value = (await settledKb(server)) / 1024;
  return { name: 'idle', value, unit: 'MB', reach: { atMost: 120 }, aim: { atMost: 90 } };
}

/** Also the warm-up for what follows. A server that keeps anything of a conversation grows by over a KB each. */
async function storedConversations(bench: Bench, server: Target): Promise<Figure[]> {
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
  return [
    {
      name: 'a stored conversation',
      value,
      unit: 'KB',
      reach: { atMost: 0.3 },
      aim: { atMost: 0.1 },
      detail,
    },
  ];
}

async function idleConnections(bench: Bench, server: Target): Promise<Figure> {
  const connections = bench.options.quick ? 1_000 : 4_000;
  const beforeKb = await settledKb(server);
  const during = await measure(
    bench,
    server,
    {
      kind: 'idle',
      port: server.port,
      request: buildGet(server.port, '/health'),
      connections,
      warmMs: 1_000,
      measureMs: 3_000,
    },
    { memory: true },
  );
  const detail = `${formatNumber(beforeKb / 1024)} to ${formatNumber(during.rssKb / 1024)} MB with ${formatNumber(connections)}`;
  const value = (during.rssKb - beforeKb) / connections;
  return {
    name: 'an idle connection',
    value,
    unit: 'KB',
    reach: { atMost: 10 },
    aim: { atMost: 6 },
    detail,
  };
}

async function openStreams(bench: Bench, server: Target): Promise<Figure[]> {
  const beforeKb = await settledKb(server);
  const during = await measure(
    bench,
    server,
    {
      kind: 'streams',
      port: server.port,
      request: await server.request(streamModel, { stream: true }),
      streams: STREAMS,
      chunksPerStream: 100,
      warmMs: 5_000,
      measureMs: bench.ms(6_000),
    },
    { memory: true },
  );
  const detail = `${formatNumber(beforeKb / 1024)} to ${formatNumber(during.rssKb / 1024)} MB`;
  return [
    {
      name: 'a stream, of 1,000 × 100 ms',
      value: (during.rssKb - beforeKb) / STREAMS,
      unit: 'KB',
      reach: { atMost: 64 },
      aim: { atMost: 45 },
      detail,
    },
    {
      name: 'with 1,000 streams',
      value: during.rssKb / 1024,
      unit: 'MB',
      reach: { atMost: 220 },
      aim: { atMost: 150 },
    },
  ];
}
