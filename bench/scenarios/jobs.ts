import { once } from 'node:events';
import type { Bench } from '../bench.ts';
import { type JobRequest, type JobResult, readJobResult } from '../load/job-messages.ts';
import { NOISE_SHARE, quietest } from '../measure.ts';
import { CpuMeter } from '../procs/cpu-meter.ts';
import type { Started } from '../procs/processes.ts';
import type { Figure } from '../report/figure.ts';
import { reporter } from '../report/reporter.ts';
import { median } from '../stats.ts';
import { makeHome } from '../targets/muster-home.ts';
import type { Scenario } from './scenario.ts';

const driver = new URL('../servers/job-engine.ts', import.meta.url);
const LIMIT_MS = 120_000;

interface LoadRound {
  readonly jobsPerSecond: number;
  readonly cpuMs: number;
  /** What other programs took meanwhile, in cores. */
  readonly othersShare: number;
}

/** The engine alone in a process on the measured core: no HTTP, so that the figures are the engine's own. */
export const jobs: Scenario = {
  name: 'jobs',
  title: 'durable jobs of three steps that do nothing, embedded engine, 32 at once',
  async run(bench) {
    const home = await makeHome();
    const process = bench.processes.start({
      name: 'job-engine',
      command: globalThis.process.execPath,
      args: ['--disable-warning=ExperimentalWarning', driver.pathname],
      core: 'server',
      env: { JOBS_HOME: home.path },
      channel: true,
    });
    try {
      await reply(process);
      return [
        ...(await throughput(bench, process)),
        ...(await samples(process, bench.ms(600), 'idle', 'enqueue to start, idle', [3, 1], [10, 4])),
        ...(await samples(process, 200, 'list', 'the first page of 10,000 jobs', [5, 2])),
        ...(await samples(process, 200, 'watch', 'one event to 1,000 watchers', [50, 20], [50, 20])),
      ];
    } finally {
      await process.stop();
    }
  },
};

async function throughput(bench: Bench, process: Started): Promise<Figure[]> {
  const { rounds, quick } = bench.options;
  await ask(process, { kind: 'load', amount: bench.ms(3_000) });
  const measured: [LoadRound][] = [];
  const limit = quick ? rounds : rounds * 2;
  const quiet = (): number => measured.filter(([{ othersShare }]) => othersShare <= NOISE_SHARE).length;
  while (measured.length < limit && quiet() < rounds) measured.push([await loadRound(bench, process)]);
  const kept = quietest(measured, rounds).map(([round]) => round);
  const others = median(kept.map(({ othersShare }) => othersShare));
  const noise =
    others > NOISE_SHARE ? { detail: `NOISE of others ${Math.round(100 * others)} % of a core` } : {};
  const rates = kept.map(({ jobsPerSecond }) => jobsPerSecond);
  const cpu = kept.map(({ cpuMs }) => cpuMs);
  return [
    {
      name: 'jobs/s',
      value: median(rates),
      rounds: rates,
      reach: { atLeast: 3_000 },
      aim: { atLeast: 5_000 },
      ...noise,
    },
    {
      name: 'CPU a job',
      value: median(cpu),
      unit: 'ms',
      rounds: cpu,
      reach: { atMost: 0.5 },
      aim: { atMost: 0.2 },
    },
  ];
}

async function loadRound(bench: Bench, process: Started): Promise<LoadRound> {
  const own = CpuMeter.ofProcesses(process.pid);
  const machine = CpuMeter.ofMachine();
  own.start();
  machine.start();
  const result = await ask(process, { kind: 'load', amount: bench.ms(6_000) });
  own.stop();
  machine.stop();
  if (result.kind !== 'load') throw new Error(`job-engine answered ${result.kind} to a load`);
  return {
    jobsPerSecond: result.jobs / result.seconds,
    cpuMs: result.cpuUs / 1000 / result.jobs,
    othersShare: (machine.usedUs() - own.usedUs()) / (result.seconds * 1_000_000),
  };
}

/** Bounds are `[reach, aim]` in milliseconds. */
async function samples(
  process: Started,
  amount: number,
  kind: JobRequest['kind'],
  name: string,
  p50: readonly [number, number],
  p99?: readonly [number, number],
): Promise<Figure[]> {
  const result = await ask(process, { kind, amount });
  if (result.kind !== 'samples') throw new Error(`job-engine answered ${result.kind} to ${kind}`);
  const figure = (label: string, value: number, bounds: readonly [number, number]): Figure => ({
    name: `${name}, ${label}`,
    value,
    unit: 'ms',
    reach: { atMost: bounds[0] },
    aim: { atMost: bounds[1] },
  });
  return [figure('p50', result.p50, p50), ...(p99 ? [figure('p99', result.p99, p99)] : [])];
}

async function ask(process: Started, request: JobRequest): Promise<JobResult> {
  reporter.progress(`job-engine: ${request.kind}`);
  process.child.send(request);
  return reply(process);
}

async function reply(process: Started): Promise<JobResult> {
  const abort = new AbortController();
  const timer = setTimeout(
    () => abort.abort(new Error(`job-engine did not answer in ${LIMIT_MS} ms`)),
    LIMIT_MS,
  );
  const gone = (): void => abort.abort(new Error(`job-engine ended: ${process.log()}`));
  process.child.once('exit', gone);
  try {
    const [message]: unknown[] = await once(process.child, 'message', { signal: abort.signal });
    return readJobResult(message);
  } catch (cause) {
    throw abort.signal.aborted ? abort.signal.reason : cause;
  } finally {
    clearTimeout(timer);
    process.child.off('exit', gone);
  }
}
