import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figure.ts';
import { judge } from './figure.ts';
import type { Machine } from './machine.ts';
import { figureTable } from './table.ts';

const resultsFolder = new URL('../results/', import.meta.url);

export interface ScenarioReport {
  readonly scenario: string;
  readonly title: string;
  readonly seconds: number;
  readonly figures: readonly Figure[];
  /** Why there are no figures. */
  readonly failure?: string;
}

/** The only place of the benchmark that writes to the terminal. */
export const reporter = {
  say(line: string): void {
    process.stdout.write(`${line}\n`);
  },

  /** What runs just now; overwritten by the next. Left out where the output is no terminal. */
  progress(text: string): void {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${text}`);
  },

  scenario(report: ScenarioReport): void {
    reporter.progress('');
    reporter.say(`\n${report.scenario}: ${report.title} (${Math.round(report.seconds)} s)`);
    reporter.say(report.failure === undefined ? figureTable(report.figures) : `FAILED  ${report.failure}`);
  },
};

/** Counts what decides over the exit code. */
export function countMisses(reports: readonly ScenarioReport[]): number {
  const missed = reports.flatMap((report) => report.figures).filter((figure) => judge(figure) === 'missed');
  return missed.length + reports.filter((report) => report.failure !== undefined).length;
}

/** Writes the run as JSON and returns the file's path. */
export async function writeResults(
  startedAt: Date,
  machine: Machine,
  options: object,
  reports: readonly ScenarioReport[],
): Promise<string> {
  const scenarios = reports.map((report) => ({
    ...report,
    figures: report.figures.map((figure) => ({ ...figure, verdict: judge(figure) })),
  }));
  const text = JSON.stringify({ startedAt, machine, options, scenarios }, null, 2);
  await mkdir(resultsFolder, { recursive: true });
  const file = new URL(`${startedAt.toISOString().replaceAll(':', '-').slice(0, 19)}.json`, resultsFolder);
  await writeFile(file, `${text}\n`);
  return fileURLToPath(file);
}
