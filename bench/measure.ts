import type { Bench } from './bench.ts';
import type { Job, LoadResult } from './load/messages.ts';
import { CpuMeter } from './procs/cpu-meter.ts';
import { rssKb } from './procs/proc-stat.ts';
import { reporter } from './report/reporter.ts';
import { median } from './stats.ts';
import type { Target } from './targets/target.ts';

const RSS_EVERY_MS = 250;

export interface Measured extends LoadResult {
  /** CPU time of the server's whole process tree inside the window; NaN where it can't be read. */
  readonly cpuUs: number;
  /** The same as a share of one core, and that of load and upstream together: near 1 is a bottleneck. */
  readonly serverShare: number;
  readonly loadShare: number;
  /** Median of the window, when asked for; else NaN. */
  readonly rssKb: number;
}

export interface MeasureOptions {
  readonly memory?: boolean;
}

/** Runs one job against one server. Throws when anything was answered wrongly: figures of a broken run mean nothing. */
export async function measure(
  bench: Bench,
  target: Target,
  job: Job,
  options: MeasureOptions = {},
): Promise<Measured> {
  reporter.progress(`${target.name}: ${job.kind}`);
  const serverCpu = new CpuMeter(target.pid);
  const loadCpu = new CpuMeter(bench.load.pid, bench.upstream.process.pid);
  const rss: number[] = [];
  let sampling: NodeJS.Timeout | undefined;
  const result = await bench.load
    .run(job, {
      opened: () => {
        serverCpu.start();
        loadCpu.start();
        if (options.memory)
          sampling = setInterval(() => rss.push(rssKb(target.pid) ?? Number.NaN), RSS_EVERY_MS);
      },
      closed: () => {
        clearInterval(sampling);
        serverCpu.stop();
        loadCpu.stop();
      },
    })
    .finally(() => clearInterval(sampling));
  if (result.errors.count > 0) {
    throw new Error(
      `${target.name} answered wrongly ${result.errors.count} times; first: ${result.errors.first.join(' | ')}`,
    );
  }
  const share = (us: number): number => us / (result.seconds * 1_000_000);
  return {
    ...result,
    cpuUs: serverCpu.usedUs(),
    serverShare: share(serverCpu.usedUs()),
    loadShare: share(loadCpu.usedUs()),
    rssKb: median(rss),
  };
}

/** One measurement of each target, in turn, A B A B, after a warm-up of each. A row a round, in the targets' order. */
export async function measureInTurn(
  bench: Bench,
  targets: readonly Target[],
  jobFor: (target: Target) => Promise<Job>,
): Promise<Measured[][]> {
  const jobs = await Promise.all(targets.map(async (target) => ({ target, job: await jobFor(target) })));
  for (const { target, job } of jobs) await measure(bench, target, { ...job, measureMs: bench.ms(2_000) });
  const rounds: Measured[][] = [];
  for (let round = 0; round < bench.options.rounds; round++) {
    const row: Measured[] = [];
    for (const { target, job } of jobs) row.push(await measure(bench, target, job));
    rounds.push(row);
  }
  return rounds;
}
