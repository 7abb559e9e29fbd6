import type { Command, Option } from './command.ts';
import { HELP } from './parse-flags.ts';
import type { Screen } from './screen.ts';

const WIDTH = 90;

export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

/** Of all commands. */
export function writeOverview(screen: Screen, groups: readonly CommandGroup[]): void {
  screen.line('Usage: muster COMMAND [flags]');
  const width = Math.max(
    ...groups.flatMap(({ commands }) => commands.map((command) => shown(command).length)),
  );
  for (const { title, commands } of groups) {
    screen.line();
    screen.line(screen.bold(title));
    for (const command of commands) {
      screen.line(`  ${shown(command).padEnd(width)}  ${command.summary}`);
    }
  }
  screen.line();
  screen.line('`muster help COMMAND` tells more of one. Commands of the second kind talk to the server at');
  screen.line(
    'MUSTER_URL (http://localhost:8000 unless set) as who has signed in with `muster login`, or with',
  );
  screen.line('the token in MUSTER_TOKEN. Those of the third kind work on the data folder, MUSTER_HOME.');
}

/** `others` are the commands whose names begin with that of the command. */
export function writeHelp(screen: Screen, command: Command, others: readonly Command[]): void {
  const { name, words, options, summary, details } = command;
  const flags = Object.entries(options);
  const required = flags
    .filter(([, option]) => option.required)
    .map(([flag, option]) => usageOf(flag, option));
  const optional = flags
    .filter(([, option]) => !option.required)
    .map(([flag, option]) => `[${usageOf(flag, option)}]${option.multiple ? '…' : ''}`);
  const parts = [...(words === undefined ? [] : [words]), ...required, ...optional];
  for (const line of wrap(`Usage: muster ${name}`, parts)) screen.line(line);
  screen.line();
  screen.line(summary);
  if (details !== undefined) {
    screen.line();
    screen.line(details.trim());
  }
  const all: [string, Option][] = [...flags, ['help', HELP]];
  const width = Math.max(...all.map(([flag, option]) => usageOf(flag, option).length));
  screen.line();
  for (const [flag, option] of all) {
    screen.line(`  ${usageOf(flag, option).padEnd(width)}  ${option.help}`);
  }
  if (others.length > 0) screen.line();
  writeCommands(screen, others);
}

export function writeGroup(screen: Screen, group: string, commands: readonly Command[]): void {
  screen.line(`Usage: muster ${group} COMMAND [flags]`);
  screen.line();
  writeCommands(screen, commands);
}

function writeCommands(screen: Screen, commands: readonly Command[]): void {
  const width = Math.max(...commands.map((command) => shown(command).length));
  for (const command of commands) screen.line(`  ${shown(command).padEnd(width)}  ${command.summary}`);
}

function shown({ name, words }: Command): string {
  return words === undefined ? name : `${name} ${words}`;
}

function usageOf(flag: string, { type, value = 'VALUE' }: Option): string {
  return type === 'boolean' ? `--${flag}` : `--${flag} ${value}`;
}

/** Parts side by side; lines after the first are indented. */
function wrap(start: string, parts: readonly string[]): string[] {
  const lines = [start];
  for (const part of parts) {
    const last = lines.at(-1) ?? '';
    if (last.length + part.length + 1 <= WIDTH) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(`    ${part}`);
  }
  return lines;
}
