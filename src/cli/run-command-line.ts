import { systemClock } from '../lib/clock.ts';
import { connect } from './client/connect.ts';
import type { Cli, Environment, Input } from './command.ts';
import { commandGroups } from './commands.ts';
import { CommandFailed, Interrupted, UsageError } from './failures.ts';
import { findCommand, subcommandsOf } from './find-command.ts';
import { writeGroup, writeHelp, writeOverview } from './help-text.ts';
import { parseFlags } from './parse-flags.ts';
import { createScreen, type Output } from './screen.ts';
import { versionText } from './version.ts';

export interface Streams {
  readonly env: Environment;
  readonly input: Input;
  readonly output: Output;
  readonly errors: Output;
}

/**
 * Runs one command to its end and resolves to the exit code: 0, 1 when it failed, 2 when it was typed wrong, 130 after Ctrl-C. A server
 * that was started runs on after that.
 */
export async function runCommandLine(args: readonly string[], streams: Streams): Promise<number> {
  const { env } = streams;
  const out = createScreen(streams.output, env);
  const err = createScreen(streams.errors, env);
  const cli: Cli = {
    env,
    get input() {
      return streams.input;
    },
    out,
    err,
    clock: systemClock,
    onInterrupt(callback) {
      process.on('SIGINT', callback);
      return () => void process.off('SIGINT', callback);
    },
    connect: () => connect({ env, clock: systemClock }),
  };
  try {
    await run(args, cli);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      err.line(prefixed(error.message));
      return 2;
    }
    err.line(prefixed(error instanceof Error ? error.message : String(error)));
    // What is not ours to explain is shown whole to who wants to know.
    if (!(error instanceof CommandFailed) && env.LOG_LEVEL === 'debug' && error instanceof Error)
      err.line(error.stack);
    return error instanceof Interrupted ? 130 : 1;
  }
}

async function run(args: readonly string[], cli: Cli): Promise<void> {
  const [first] = args;
  const commands = commandGroups.flatMap((group) => group.commands);
  if (first === '--version' || first === '-v' || first === 'version') {
    cli.out.line(versionText());
    return;
  }
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    help(args.slice(1), cli);
    return;
  }
  if (args.length === 2 && (args[1] === '--help' || args[1] === '-h')) {
    help([first], cli);
    return;
  }
  const { command, rest } = findCommand(commands, args);
  // Help is given whatever else is missing.
  const flags = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (flags.includes('--help') || flags.includes('-h')) {
    writeHelp(cli.out, command, subcommandsOf(commands, command.name));
    return;
  }
  await command.run(parseFlags(command, rest), cli);
}

function help(topic: readonly string[], { out }: Cli): void {
  const [group] = topic;
  if (group === undefined) {
    writeOverview(out, commandGroups);
    return;
  }
  const commands = commandGroups.flatMap(({ commands }) => commands);
  const siblings = subcommandsOf(commands, group);
  const isCommand = commands.some(({ name }) => name === group);
  if (topic.length === 1 && siblings.length > 0 && !isCommand) {
    writeGroup(out, group, siblings);
    return;
  }
  const { command } = findCommand(commands, topic);
  writeHelp(out, command, subcommandsOf(commands, command.name));
}

/** Says who speaks, as is usual, unless the message does. */
function prefixed(message: string): string {
  return message.startsWith('muster ') ? message : `muster: ${message}`;
}
