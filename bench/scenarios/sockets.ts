import type { Bench } from '../bench.ts';
import { buildGet } from '../client/build-request.ts';
import { type Measured, measure, NOISE_SHARE, quietest } from '../measure.ts';
import type { Figure } from '../report/figure.ts';
import { formatNumber } from '../report/table.ts';
import { median } from '../stats.ts';
import { makeHome } from '../targets/muster-home.ts';
import { startMusterApi } from '../targets/muster-target.ts';
import type { Scenario } from './scenario.ts';

const SUBSCRIBERS = 1_000;
/** Longer apart than words are joined, so that each chunk is an event of its own, which nobody else's delays. */
const MODEL = 'mock-stream-100-200';
const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': Buffer.alloc(16).toString('base64'),
};

/** A job whose model speaks now and then, and a thousand who watch it: from the upstream's word to each one's socket. */
export const sockets: Scenario = {
  name: 'sockets',
  title: 'one event of a job to 1,000 WebSocket subscribers, kept before it is sent',
  async run(bench) {
    const home = await makeHome();
    const start = { home, upstreamPort: bench.upstream.port, name: 'muster-sockets' };
    const server = await startMusterApi(bench.processes, start);
    try {
      await server.api.setPrice(MODEL);
      const crewId = await server.api.createCrew(MODEL);
      await round(bench, server, crewId);
      const rows: [Measured][] = [];
      const { rounds, quick } = bench.options;
      const limit = quick ? rounds : rounds * 2;
      const quiet = (): number => rows.filter(([{ othersShare }]) => !(othersShare > NOISE_SHARE)).length;
      while (rows.length < limit && quiet() < rounds) rows.push([await round(bench, server, crewId)]);
      return figuresOf(quietest(rows, rounds).map(([measured]) => measured));
    } finally {
      await server.process.stop();
    }
  },
};

type Server = Awaited<ReturnType<typeof startMusterApi>>;

async function round(bench: Bench, server: Server, crewId: string): Promise<Measured> {
  const { api, port } = server;
  const jobId = await api.startJob(crewId);
  try {
    return await measure(bench, server, {
      kind: 'sockets',
      port,
      request: buildGet(port, '/api/v1/ws', { ...UPGRADE, ...api.credential }),
      message: JSON.stringify({ type: 'subscribe', job_id: jobId }),
      connections: SUBSCRIBERS,
      warmMs: 2_000,
      measureMs: bench.ms(8_000),
    });
  } finally {
    await api.stopJob(jobId);
  }
}

function figuresOf(rows: readonly Measured[]): Figure[] {
  const others = median(rows.map(({ othersShare }) => othersShare));
  const noise = others > NOISE_SHARE ? `; NOISE of others ${Math.round(100 * others)} % of a core` : '';
  const events = median(rows.map(({ completed }) => completed));
  const cpuUs = median(rows.map((row) => row.cpuUs / row.chunks));
  const figure = (name: string, read: (row: Measured) => number): Figure => ({
    name,
    unit: 'ms',
    value: median(rows.map(read)),
    rounds: rows.map(read),
  });
  return [
    figure('upstream to subscriber, p50', ({ delayMs }) => delayMs.p50),
    {
      ...figure('upstream to subscriber, p99', ({ delayMs }) => delayMs.p99),
      ...{ reach: { atMost: 50 }, aim: { atMost: 20 } },
      detail: `${formatNumber(events)} events to each of ${SUBSCRIBERS}, ${formatNumber(cpuUs)} µs CPU a message${noise}`,
    },
  ];
}
