import { randomBytes } from 'node:crypto';
import { startPostgresServer } from '../../src/testing/postgres-server.ts';
import type { Bench } from '../bench.ts';
import { LoadClient } from '../load/load-client.ts';
import type { LoadResult } from '../load/messages.ts';
import type { Figure } from '../report/figure.ts';
import { reporter } from '../report/reporter.ts';
import { median } from '../stats.ts';
import { makeHome } from '../targets/muster-home.ts';
import { startMuster } from '../targets/muster-target.ts';
import type { Target } from '../targets/target.ts';
import type { Scenario } from './scenario.ts';

const CONNECTIONS = 128;
const COUNTS = [1, 2, 4];
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
        figures.push(await compare(bench, servers, loads, proxyLoad));
      }
      await Promise.all(servers.map((server) => server.process.stop()));
      return figures;
    } finally {
      await postgres.remove();
    }
  },
};

async function compare(
  bench: Bench,
  servers: readonly Target[],
  loads: readonly LoadClient[],
  proxyLoad: LoadClient,
): Promise<Figure> {
  const name = `${servers.length} ${servers.length === 1 ? 'process' : 'processes'}`;
  await rate(bench, servers, loads, WARM_MS);
  const rounds: { readonly own: number; readonly proxy: number }[] = [];
  while (rounds.length < bench.options.rounds) {
    reporter.progress(`${name}: round ${rounds.length + 1}`);
    const own = await rate(bench, servers, loads, WINDOW_MS);
    rounds.push({ own, proxy: await rate(bench, [bench.proxy], [proxyLoad], WINDOW_MS) });
  }
  const of = (pick: (round: { readonly own: number; readonly proxy: number }) => number): number =>
    median(rounds.map(pick));
  return {
    name: `${name}: req/s × proxy`,
    value: of(({ own, proxy }) => own / proxy),
    rounds: rounds.map(({ own, proxy }) => own / proxy),
    detail: `${Math.round(of(({ own }) => own))} of ${Math.round(of(({ proxy }) => proxy))} req/s`,
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
