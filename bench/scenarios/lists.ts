import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { buildGet } from '../client/build-request.ts';
import { measure } from '../measure.ts';
import type { Figure } from '../report/figure.ts';
import { reporter } from '../report/reporter.ts';
import { makeHome } from '../targets/muster-home.ts';
import { startMusterApi } from '../targets/muster-target.ts';
import type { Scenario } from './scenario.ts';

const BATCH_JOBS = 1_000;
const AT_ONCE = 32;
const MODEL = 'mock-json';
const POLL_MS = 250;
const LIMIT_MS = 300_000;

type Server = Awaited<ReturnType<typeof startMusterApi>>;

/** What an idle server takes to tell of many jobs; they have really been run, batch by batch. */
export const lists: Scenario = {
  name: 'lists',
  title: 'reading jobs of an idle server over HTTP, one request at a time',
  async run(bench) {
    const batches = bench.options.quick ? 2 : 10;
    const home = await makeHome();
    const start = { home, upstreamPort: bench.upstream.port, name: 'muster-lists' };
    const server = await startMusterApi(bench.processes, start);
    try {
      const { batchId, jobsPerSecond } = await runBatches(server, batches);
      const jobs = (batches * BATCH_JOBS).toLocaleString('en-US');
      return [
        { name: 'crew jobs of one model call run in batches, jobs/s', value: jobsPerSecond },
        ...(await read(bench, server, `GET /executions of ${jobs}`, '/executions', {
          reach: { atMost: 5 },
          aim: { atMost: 2 },
        })),
        ...(await read(bench, server, 'GET /batches/{id} of 1,000 jobs', `/batches/${batchId}`)),
      ];
    } finally {
      await server.process.stop();
    }
  },
};

async function runBatches(
  { api }: Server,
  batches: number,
): Promise<{ batchId: string; jobsPerSecond: number }> {
  await api.setPrice(MODEL);
  const crewId = await api.createCrew(MODEL);
  const beginMs = performance.now();
  let batchId = '';
  for (let batch = 1; batch <= batches; batch++) {
    reporter.progress(`muster-lists: batch ${batch} of ${batches}`);
    batchId = await api.startBatch(crewId, BATCH_JOBS, AT_ONCE);
    while ((await api.countCompleted()) < batch * BATCH_JOBS) {
      if (performance.now() - beginMs > LIMIT_MS) throw new Error(`The jobs took over ${LIMIT_MS} ms`);
      await sleep(POLL_MS);
    }
  }
  return { batchId, jobsPerSecond: (batches * BATCH_JOBS * 1_000) / (performance.now() - beginMs) };
}

async function read(
  bench: Bench,
  server: Server,
  name: string,
  path: string,
  bounds: Pick<Figure, 'reach' | 'aim'> = {},
): Promise<Figure[]> {
  const { latencyMs } = await measure(bench, server, {
    kind: 'chat',
    port: server.port,
    request: buildGet(server.port, `/api/v1${path}`, server.api.credential),
    connections: 1,
    warmMs: bench.ms(2_000),
    measureMs: bench.ms(4_000),
  });
  return [
    { name: `${name}, p50`, unit: 'ms', value: latencyMs.p50, ...bounds },
    { name: `${name}, p99`, unit: 'ms', value: latencyMs.p99 },
  ];
}
