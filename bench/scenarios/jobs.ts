import type { Bench } from '../bench.ts';
import type { JobRequest } from '../load/job-messages.ts';
import { NOISE_SHARE, quietest } from '../measure.ts';
import { CpuMeter } from '../procs/cpu-meter.ts';
import { JobProcess } from '../procs/job-process.ts';
import type { Figure } from '../report/figure.ts';
import { formatNumber } from '../report/table.ts';
import { median } from '../stats.ts';
import { makeHome } from '../targets/muster-home.ts';
import type { Scenario } from './scenario.ts';

const engineFile = new URL('../servers/job-engine.ts', import.meta.url);
const floorFile = new URL('../servers/job-floor.ts', import.meta.url);

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
    const { path } = await makeHome();
    const engine = await JobProcess.start(bench.processes, engineFile, path);
    const floor = await JobProcess.start(bench.processes, floorFile, path);
    try {
      return [
        ...(await throughput(bench, engine, floor)),
        ...(await samples(engine, bench.ms(600), 'idle', 'enqueue to start, idle', [3, 1], [10, 4])),
        ...(await samples(engine, 200, 'list', 'the first page of 10,000 jobs', [5, 2])),
        ...(await samples(engine, 200, 'watch', 'one event to 1,000 watchers', [50, 20], [50, 20])),
      ];
    } finally {
      await Promise.all([engine.stop(), floor.stop()]);
    }
  },
};

/** The floor and the engine in turn. */
async function throughput(bench: Bench, engine: JobProcess, floor: JobProcess): Promise<Figure[]> {
  const { rounds, quick } = bench.options;
  for (const process of [floor, engine]) {
    await process.ask({ kind: 'load', amount: bench.ms(3_000) }, 'load');
  }
  const measured: [LoadRound, LoadRound][] = [];
  const limit = quick ? rounds : rounds * 2;
  const isQuiet = (row: readonly LoadRound[]): boolean =>
    row.every(({ othersShare }) => othersShare <= NOISE_SHARE);
  while (measured.length < limit && measured.filter(isQuiet).length < rounds) {
    measured.push([await loadRound(bench, floor), await loadRound(bench, engine)]);
  }
  const kept = quietest(measured, rounds);
  const others = median(kept.map((row) => Math.max(...row.map(({ othersShare }) => othersShare))));
  const noise = others > NOISE_SHARE ? `; NOISE of others ${Math.round(100 * others)} % of a core` : '';
  const floorRate = median(kept.map(([base]) => base.jobsPerSecond));
  const floorCpu = median(kept.map(([base]) => base.cpuMs));
  const figure = (about: Pick<Figure, 'name' | 'unit' | 'reach' | 'aim' | 'detail'>, values: number[]) => ({
    ...about,
    value: median(values),
    rounds: values,
  });
  return [
    figure(
      {
        name: 'jobs/s',
        reach: { atLeast: 3_000 },
        aim: { atLeast: 5_000 },
        detail: `SQLite in a worker with group commit: ${formatNumber(floorRate)}${noise}`,
      },
      kept.map(([, { jobsPerSecond }]) => jobsPerSecond),
    ),
    figure(
      { name: 'jobs/s × SQLite in a worker with group commit' },
      kept.map(([base, own]) => own.jobsPerSecond / base.jobsPerSecond),
    ),
    figure(
      {
        name: 'CPU a job',
        unit: 'ms',
        reach: { atMost: 0.5 },
        aim: { atMost: 0.2 },
        detail: `the same floor: ${formatNumber(floorCpu)} ms`,
      },
      kept.map(([, { cpuMs }]) => cpuMs),
    ),
  ];
}

async function loadRound(bench: Bench, process: JobProcess): Promise<LoadRound> {
  const own = CpuMeter.ofProcesses(process.pid);
  const machine = CpuMeter.ofMachine();
  own.start();
  machine.start();
  const { jobs, seconds, cpuUs } = await process.ask({ kind: 'load', amount: bench.ms(6_000) }, 'load');
  own.stop();
  machine.stop();
  return {
    jobsPerSecond: jobs / seconds,
    cpuMs: cpuUs / 1000 / jobs,
    othersShare: (machine.usedUs() - own.usedUs()) / (seconds * 1_000_000),
  };
}

/** Bounds are `[reach, aim]` in milliseconds. */
async function samples(
  process: JobProcess,
  amount: number,
  kind: JobRequest['kind'],
  name: string,
  p50: readonly [number, number],
  p99?: readonly [number, number],
): Promise<Figure[]> {
  const result = await process.ask({ kind, amount }, 'samples');
  const figure = (label: string, value: number, bounds: readonly [number, number]): Figure => ({
    name: `${name}, ${label}`,
    value,
    unit: 'ms',
    reach: { atMost: bounds[0] },
    aim: { atMost: bounds[1] },
  });
  return [figure('p50', result.p50, p50), ...(p99 ? [figure('p99', result.p99, p99)] : [])];
}
