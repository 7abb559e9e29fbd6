import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { Connection } from '../client/connection.ts';
import type { Figure } from '../report/figure.ts';
import { median } from '../stats.ts';
import { type MusterHome, makeHome } from '../targets/muster-home.ts';
import { chatRequest, spawnMuster, startMuster } from '../targets/muster-target.ts';
import type { Scenario } from './scenario.ts';

const MODEL = 'mock-json';
const POLL_MS = 3;
const LIMIT_MS = 30_000;

/** On any core, as a user starts it; the data folder is there already, its file in the system's cache. */
export const start: Scenario = {
  name: 'start',
  title: 'from the command to the first answered chat request',
  async run(bench) {
    const home = await makeHome();
    const first = await startMuster(bench.processes, { home, upstreamPort: bench.upstream.port });
    await first.request(MODEL);
    await first.process.stop();
    return [
      {
        ...(await timeStarts(bench, home, 'npm start', ['npm', 'start', '--silent'])),
        reach: { atMost: 1 },
        aim: { atMost: 0.5 },
      },
      await timeStarts(bench, home, 'node bin/muster.mjs serve', undefined),
    ];
  },
};

async function timeStarts(
  bench: Bench,
  home: MusterHome,
  name: string,
  command: readonly [string, ...string[]] | undefined,
): Promise<Figure> {
  const rounds: number[] = [];
  // One more than asked for: the first start after a change compiles and reads what later ones find in caches.
  for (let round = 0; round <= bench.options.rounds; round++) {
    const startedMs = performance.now();
    const { process: server, port } = await spawnMuster(bench.processes, {
      home,
      upstreamPort: bench.upstream.port,
      name,
      core: 'any',
      ...(command ? { command } : {}),
    });
    try {
      await firstAnswer(home, port, () => server.hasEnded() && `${name} ended: ${server.log()}`);
      if (round > 0) rounds.push((performance.now() - startedMs) / 1000);
    } finally {
      await server.stop();
    }
  }
  return { name, value: median(rounds), unit: 's', rounds };
}

/** Asks again until the server listens; the first answer must be the right one. */
async function firstAnswer(home: MusterHome, port: number, failure: () => string | false): Promise<void> {
  const [agentId] = home.agents.values();
  if (agentId === undefined || home.key === undefined) throw new Error('The home has no agent or no key.');
  const request = Buffer.from(chatRequest(port, agentId, home.key, false), 'latin1');
  const deadlineMs = performance.now() + LIMIT_MS;
  while (performance.now() < deadlineMs) {
    const status = await ask(port, request);
    if (status === 200) return;
    if (status !== undefined) throw new Error(`The first request was answered ${status}.`);
    const reason = failure();
    if (reason !== false) throw new Error(reason);
    await sleep(POLL_MS);
  }
  throw new Error(`There was no answer in ${LIMIT_MS} ms.`);
}

/** The status of the answer, or undefined when nobody listens. */
function ask(port: number, request: Buffer): Promise<number | undefined> {
  return new Promise((resolve) => {
    let status: number | undefined;
    const finish = (): void => {
      connection.close();
      resolve(status);
    };
    const connection = new Connection(port, {
      head: (received) => {
        status = received;
      },
      body: () => {},
      end: finish,
      lost: finish,
    });
    connection.send(request);
  });
}
