import type { Bench } from './bench.ts';
import type { Job } from './load/messages.ts';
import { type Measured, measureInTurn, NOISE_SHARE } from './measure.ts';
import type { Bound, Figure } from './report/figure.ts';
import { formatNumber } from './report/table.ts';
import { median } from './stats.ts';
import type { Target } from './targets/target.ts';

/** One round: the server that is judged and the one that it is held against. */
export interface Pair {
  readonly subject: Measured;
  readonly base: Measured;
}

/** Measures both in turn for all rounds. */
export async function comparePairs(
  bench: Bench,
  subject: Target,
  base: Target,
  jobFor: (target: Target) => Promise<Job>,
): Promise<Pair[]> {
  const rounds = await measureInTurn(bench, [base, subject], jobFor);
  return rounds.map(([baseResult, subjectResult]) => {
    if (baseResult === undefined || subjectResult === undefined)
      throw new Error('A round lacks a measurement.');
    return { base: baseResult, subject: subjectResult };
  });
}

export interface FigureText {
  readonly name: string;
  readonly unit?: string;
  readonly reach?: Bound;
  readonly aim?: Bound;
}

/** The median of one value a round; ratios and differences are taken inside each round, so that drift cancels out. */
export function roundsFigure(
  text: FigureText,
  pairs: readonly Pair[],
  read: (pair: Pair) => number,
  detail?: string,
): Figure {
  const rounds = pairs.map(read);
  return { ...text, value: median(rounds), rounds, ...(detail === undefined ? {} : { detail }) };
}

/** The absolute values behind a ratio: `6,800 against 16,500 req/s`. */
export function bothMedians(pairs: readonly Pair[], read: (side: Measured) => number, unit: string): string {
  const subject = median(pairs.map((pair) => read(pair.subject)));
  const base = median(pairs.map((pair) => read(pair.base)));
  return `${formatNumber(subject)} against ${formatNumber(base)} ${unit}`;
}

/** How busy the server and the load side (with the upstream) were, in percent of a core. */
export function busyText(pairs: readonly Pair[]): string {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const server = median(pairs.map(({ subject }) => subject.serverShare));
  const load = median(pairs.map(({ subject }) => subject.loadShare));
  const others = median(pairs.map(({ base, subject }) => Math.max(base.othersShare, subject.othersShare)));
  const text = `server busy ${percent(server)}, load side ${percent(load)}`;
  return others > NOISE_SHARE ? `${text}, NOISE of others ${percent(others)}` : text;
}

export const requestsPerSecond = (side: Measured): number => side.completed / side.seconds;
export const chunksPerSecond = (side: Measured): number => side.chunks / side.seconds;
export const cpuUsPerRequest = (side: Measured): number => side.cpuUs / side.completed;
export const cpuUsPerChunk = (side: Measured): number => side.cpuUs / side.chunks;
