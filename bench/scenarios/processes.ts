import { randomBytes } from 'node:crypto';
import { type PostgresServer, startPostgresServer } from '../../src/testing/postgres-server.ts';
import type { Bench } from '../bench.ts';
import { LoadClient } from '../load/load-client.ts';
import type { LoadResult } from '../load/messages.ts';
import { CpuMeter } from '../procs/cpu-meter.ts';
import { JobProcess } from '../procs/job-process.ts';
import type { Figure } from '../report/figure.ts';
import { reporter } from '../report/reporter.ts';
import { formatNumber } from '../report/table.ts';
import { median } from '../stats.ts';
import { makeHome } from '../targets/muster-home.ts';
import { startMuster } from '../targets/muster-target.ts';
import type { Target } from '../targets/target.ts';
import type { Scenario } from './scenario.ts';

const CONNECTIONS = 128;
const COUNTS = [1, 2, 4];
const JOB_COUNTS = [1, 2];
const ENGINE_FILE = new URL('../servers/job-engine.ts', import.meta.url);
const WARM_MS = 6_000;
const WINDOW_MS = 4_000;

/**
 * Everything here shares all cores: processes, PostgreSQL (which flushes each commit), mock and load. So the ratio tells
 * what this machine gives, not what a process can.
 */
export const processes: Scenario = {
  name: 'processes',
  title: `1, 2 and 4 processes on one PostgreSQL, ${CONNECTIONS} callers`,
  onlyByName: true,
  async run(bench) {
    const postgres = await startPostgresServer({ flushes: true });
    try {
      const home = await makeHome();
      const servers: Target[] = [];
      const secretKey = randomBytes(32).toString('base64');
      const proxyLoad = new LoadClient(bench.processes);
      const loads: LoadClient[] = [];
      const figures: Figure[] = [];
      for (const count of COUNTS) {
        while (servers.length < count) {
          servers.push(
            await startMuster(bench.processes, {
              ...{
                home,
                upstreamPort: bench.upstream.port,
                core: 'any',
                name: `muster ${servers.length + 1}`,
              },
              env: { DATABASE_URL: postgres.url(), MUSTER_SECRET_KEY: secretKey },
            }),
          );
          loads.push(new LoadClient(bench.processes));
        }
        figures.push(await compare(bench, servers, loads, proxyLoad, postgres));
      }
      await Promise.all(servers.map((server) => server.process.stop()));
      return [...figures, ...(await jobFigures(bench, postgres, home.path))];
    } finally {
      await postgres.remove();
    }
  },
};

/** Jobs of three steps that do nothing, 32 at once a process: what PostgreSQL and the engine cost. */
async function jobFigures(bench: Bench, postgres: PostgresServer, home: string): Promise<Figure[]> {
  const engines: JobProcess[] = [];
  const figures: Figure[] = [];
  for (const count of JOB_COUNTS) {
    while (engines.length < count)
      engines.push(await JobProcess.start(bench.processes, ENGINE_FILE, home, postgres.url()));
    const load = (amount: number) =>
      Promise.all(engines.map((engine) => engine.ask({ kind: 'load', amount: bench.ms(amount) }, 'load')));
    await load(WARM_MS);
    const meter = CpuMeter.ofProcesses(postgres.pid());
    meter.start();
    const results = await load(WINDOW_MS);
    meter.stop();
    const jobs = results.reduce((sum, result) => sum + result.jobs, 0);
    const ownUs = results.reduce((sum, result) => sum + result.cpuUs, 0);
    figures.push({
      name: `${nameOf(count)}: jobs/s`,
      value: results.reduce((sum, result) => sum + result.jobs / result.seconds, 0),
      detail: `CPU a job: ${formatNumber(ownUs / jobs / 1000)} ms, PostgreSQL ${formatNumber(meter.usedUs() / jobs / 1000)} ms`,
    });
  }
  await Promise.all(engines.map((engine) => engine.stop()));
  return figures;
}

function nameOf(count: number): string {
  return `${count} ${count === 1 ? 'process' : 'processes'}`;
}

interface Round {
  readonly own: number;
  readonly proxy: number;
  /** CPU time a request of the processes together, and of PostgreSQL. */
  readonly ownUs: number;
  readonly postgresUs: number;
}

async function compare(
  bench: Bench,
  servers: readonly Target[],
  loads: readonly LoadClient[],
  proxyLoad: LoadClient,
  postgres: PostgresServer,
): Promise<Figure> {
  const name = nameOf(servers.length);
  await rate(bench, servers, loads, WARM_MS);
  const rounds: Round[] = [];
  const meters = [
    CpuMeter.ofProcesses(...servers.map((server) => server.process.pid)),
    CpuMeter.ofProcesses(postgres.pid()),
  ];
  while (rounds.length < bench.options.rounds) {
    reporter.progress(`${name}: round ${rounds.length + 1}`);
    for (const meter of meters) meter.start();
    const startedMs = performance.now();
    const own = await rate(bench, servers, loads, WINDOW_MS);
    for (const meter of meters) meter.stop();
    // The warm-up has its share of both.
    const requests = (own * (performance.now() - startedMs)) / 1000;
    const [ownUs = Number.NaN, postgresUs = Number.NaN] = meters.map((meter) => meter.usedUs() / requests);
    const proxy = await rate(bench, [bench.proxy], [proxyLoad], WINDOW_MS);
    rounds.push({ own, proxy, ownUs, postgresUs });
  }
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
  return {
    name: `${name}: req/s × proxy`,
    value: of(({ own, proxy }) => own / proxy),
    rounds: rounds.map(({ own, proxy }) => own / proxy),
    detail: `${Math.round(of(({ own }) => own))} of ${Math.round(of(({ proxy }) => proxy))} req/s; CPU a request: ${Math.round(of(({ ownUs }) => ownUs))} µs, PostgreSQL ${Math.round(of(({ postgresUs }) => postgresUs))} µs`,
    ...(servers.length === 1 && { reach: { atLeast: 0.25 } }),
  };
}

/** Requests a second of all servers together, each with its share of the callers and a load process of its own. */
async function rate(
  bench: Bench,
  servers: readonly Target[],
  loads: readonly LoadClient[],
  measureMs: number,
): Promise<number> {
  const jobs: Promise<LoadResult>[] = [];
  for (const [index, server] of servers.entries()) {
    const request = await server.request('mock-json');
    const load = loads[index];
    if (!load) throw new Error('Each server needs a load process');
    jobs.push(
      load.run({
        ...{ kind: 'chat', port: server.port, request, connections: CONNECTIONS / servers.length },
        ...{ warmMs: bench.ms(500), measureMs: bench.ms(measureMs) },
      }),
    );
  }
  const results = await Promise.all(jobs);
  const wrong = results.find(({ errors }) => errors.count > 0);
  if (wrong)
    throw new Error(`Answered wrongly ${wrong.errors.count} times: ${wrong.errors.first.join(' | ')}`);
  return results.reduce((sum, { completed, seconds }) => sum + completed / seconds, 0);
}
