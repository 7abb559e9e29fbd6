import type { Bench } from './bench.ts';
import type { Errors, Job, LoadResult } from './load/messages.ts';
import { CpuMeter } from './procs/cpu-meter.ts';
import { rssKb } from './procs/proc-stat.ts';
import { reporter } from './report/reporter.ts';
import { median } from './stats.ts';
import type { Target } from './targets/target.ts';

const RSS_EVERY_MS = 250;

/** A round in which others took more than this part of a core is noisy. */
export const NOISE_SHARE = 0.1;

export interface Measured extends LoadResult {
  /** CPU time of the server's whole process tree inside the window; NaN where it can't be read. */
  readonly cpuUs: number;
  /** The same as a share of one core, and that of load and upstream together: near 1 is a bottleneck. */
  readonly serverShare: number;
  readonly loadShare: number;
  /** What everything else on the machine took, in cores: noise. */
  readonly othersShare: number;
  /** Median of the window, when asked for; else NaN. */
  readonly rssKb: number;
}

export interface MeasureOptions {
  readonly memory?: boolean;
}

/** Runs one job against one server. Throws when anything was answered wrongly: figures of a broken run mean nothing. */
export async function measure(
  bench: Bench,
  target: Pick<Target, 'name' | 'process'>,
  job: Job,
  options: MeasureOptions = {},
): Promise<Measured> {
  reporter.progress(`${target.name}: ${job.kind}`);
  const serverCpu = CpuMeter.ofProcesses(target.process.pid);
  const loadCpu = CpuMeter.ofProcesses(bench.load.pid, bench.upstream.process.pid);
  const machineCpu = CpuMeter.ofMachine();
  const meters = [serverCpu, loadCpu, machineCpu];
  const rss: number[] = [];
  let sampling: NodeJS.Timeout | undefined;
  const result = await bench.load
    .run(job, {
      opened: () => {
        for (const meter of meters) meter.start();
        if (options.memory)
          sampling = setInterval(() => rss.push(rssKb(target.process.pid) ?? Number.NaN), RSS_EVERY_MS);
      },
      closed: () => {
        clearInterval(sampling);
        for (const meter of meters) meter.stop();
      },
    })
    .finally(() => clearInterval(sampling));
  if (result.errors.count > 0) {
    throw new Error(describeErrors(target, result.errors));
  }
  const share = (us: number): number => us / (result.seconds * 1_000_000);
  const othersUs = machineCpu.usedUs() - serverCpu.usedUs() - loadCpu.usedUs();
  return {
    ...result,
    cpuUs: serverCpu.usedUs(),
    serverShare: share(serverCpu.usedUs()),
    loadShare: share(loadCpu.usedUs()),
    othersShare: share(othersUs),
    rssKb: median(rss),
  };
}

function describeErrors(target: Pick<Target, 'name' | 'process'>, { count, first }: Errors): string {
  const told = `${target.name} answered wrongly ${count} times; first: ${first.join(' | ')}`;
  const log = target.process.log().trim();
  return `${told}${target.process.hasEnded() ? '; it has ended' : ''}${log === '' ? '' : `; its log: ${log}`}`;
}

const WARM_UP_MS = 4_000;
const MAX_WARM_UPS = 16;
/** At one caller a server would not get warm in an hour. */
const WARM_UP_CALLERS = 32;
/** V8 goes on compiling the functions of a server the size of Muster for that long; until then a request costs a quarter more. */
const WARM_AFTER = 60_000;
/** Two windows in a row that are not cheaper by this part than the cheapest before them: the server is warm. */
const STILL_WARMING = 0.03;

/** How often each server was asked each request, or streamed a chunk on each path: the same work whichever stream it is of. */
const askedOf = new WeakMap<Target['process'], Map<string, number>>();

/** Loads a server until it was asked so often and its work no longer gets cheaper. */
async function warmUp(bench: Bench, target: Target, job: Job): Promise<void> {
  const asked = askedOf.get(target.process) ?? new Map<string, number>();
  askedOf.set(target.process, asked);
  const load =
    job.kind === 'chat' ? { ...job, connections: Math.max(job.connections, WARM_UP_CALLERS) } : job;
  const work = job.kind === 'chat' ? job.request : (job.request.split('\r\n', 1)[0] ?? '');
  const costs: number[] = [];
  while (costs.length < (bench.options.quick ? 1 : MAX_WARM_UPS)) {
    const { cpuUs, chunks, completed } = await measure(bench, target, {
      ...load,
      measureMs: bench.ms(WARM_UP_MS),
    });
    const units = Math.max(1, chunks, completed);
    asked.set(work, (asked.get(work) ?? 0) + units);
    costs.push(cpuUs / units);
    if (isWarm(costs, asked.get(work))) return;
  }
}

/** By the cost of a unit of work in each window so far, and how many there were; where that can't be read, after three windows. */
export function isWarm(costs: readonly number[], asked = WARM_AFTER): boolean {
  const before = Math.min(...costs.slice(0, -2));
  const lately = Math.min(...costs.slice(-2));
  return asked >= WARM_AFTER && costs.length > 2 && !(lately <= before * (1 - STILL_WARMING));
}

/**
 * One measurement of each target, in turn, A B A B, after a warm-up of each. A row a round, in the targets' order.
 * Rounds in which others kept the machine busy are measured again, at most as many times as there are rounds; the
 * quietest are kept.
 */
export async function measureInTurn(
  bench: Bench,
  targets: readonly Target[],
  jobFor: (target: Target) => Promise<Job>,
): Promise<Measured[][]> {
  const { rounds, quick } = bench.options;
  const jobs = await Promise.all(targets.map(async (target) => ({ target, job: await jobFor(target) })));
  for (const { target, job } of jobs) await warmUp(bench, target, job);
  const rows: Measured[][] = [];
  const limit = quick ? rounds : rounds * 2;
  while (rows.length < limit && rows.filter((row) => noiseOf(row) <= NOISE_SHARE).length < rounds) {
    const row: Measured[] = [];
    for (const { target, job } of jobs) row.push(await measure(bench, target, job));
    rows.push(row);
  }
  return quietest(rows, rounds);
}

/** The rounds with the least noise, in the order in which they were measured. */
export function quietest<Row extends readonly Pick<Measured, 'othersShare'>[]>(
  rows: readonly Row[],
  count: number,
): Row[] {
  const kept = new Set(rows.toSorted((a, b) => noiseOf(a) - noiseOf(b)).slice(0, count));
  return rows.filter((row) => kept.has(row));
}

/** Zero where it can't be read. */
function noiseOf(row: readonly Pick<Measured, 'othersShare'>[]): number {
  return Math.max(0, ...row.map(({ othersShare }) => (Number.isNaN(othersShare) ? 0 : othersShare)));
}
