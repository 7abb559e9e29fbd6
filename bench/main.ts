/** `npm run bench`: measures Muster against a bare proxy in the same run. See README.md beside this file. */
import { Bench } from './bench.ts';
import { type Options, parseOptions } from './options.ts';
import { Processes } from './procs/processes.ts';
import { describeMachine, machineNotes } from './report/machine.ts';
import { countMisses, reporter, type ScenarioReport, writeResults } from './report/reporter.ts';
import { scenarios } from './scenarios/index.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { removeHomes } from './targets/muster-home.ts';

function choose({ only }: Options): readonly Scenario[] {
  const unknown = only.find((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `--only takes ${scenarios.map((scenario) => scenario.name).join(', ')}; not '${unknown}'.`,
    );
  }
  if (only.length === 0) return scenarios.filter((scenario) => !scenario.onlyByName);
  return scenarios.filter((scenario) => only.includes(scenario.name));
}

async function runScenario(bench: Bench, scenario: Scenario): Promise<ScenarioReport> {
  const startedMs = performance.now();
  const about = { scenario: scenario.name, title: scenario.title };
  try {
    const figures = await scenario.run(bench);
    return { ...about, figures, seconds: (performance.now() - startedMs) / 1000 };
  } catch (cause) {
    const failure = cause instanceof Error ? cause.message : String(cause);
    return { ...about, figures: [], failure, seconds: (performance.now() - startedMs) / 1000 };
  }
}

async function runAll(options: Options, processes: Processes): Promise<number> {
  const chosen = choose(options);
  const startedAt = new Date();
  const machine = describeMachine(processes.pinned);
  for (const note of machineNotes(machine)) reporter.say(note);
  if (options.quick) reporter.say('Quick: short windows, which show that all works but prove no figure.');

  const bench = await Bench.start(options, processes);
  const reports: ScenarioReport[] = [];
  for (const scenario of chosen) {
    const report = await runScenario(bench, scenario);
    reporter.scenario(report);
    reports.push(report);
  }
  reporter.say(`\nWritten to ${await writeResults(startedAt, machine, options, reports)}`);
  return countMisses(reports);
}

const processes = new Processes();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.once('exit', () => processes.killAll());
try {
  const options = parseOptions(process.argv.slice(2));
  if (options.list) {
    for (const { name, title, onlyByName } of scenarios) {
      reporter.say(`${name.padEnd(10)}${title}${onlyByName ? ' (only by name)' : ''}`);
    }
  } else process.exitCode = (await runAll(options, processes)) > 0 ? 1 : 0;
} catch (cause) {
  reporter.say(cause instanceof Error ? cause.message : String(cause));
  process.exitCode = 2;
} finally {
  await processes.stopAll();
  await removeHomes();
}
