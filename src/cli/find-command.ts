import { nearNames } from '../lib/near-names.ts';
import type { Command } from './command.ts';
import { UsageError } from './failures.ts';

/** The command that a command line begins with, and what stands behind its name; throws UsageError. */
export function findCommand(
  commands: readonly Command[],
  args: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  const [first = '', second] = args;
  const named = commands
    .map((command) => ({ command, words: command.name.split(' ') }))
    .filter(({ words }) => words.every((word, at) => args[at] === word));
  // `run list` before `run`.
  const found = named.sort((a, b) => b.words.length - a.words.length)[0];
  if (found) return { command: found.command, rest: args.slice(found.words.length) };
  const siblings = subcommandsOf(commands, first);
  if (siblings.length > 0) {
    const known = siblings.map(({ name }) => name.slice(first.length + 1));
    const complaint =
      second === undefined || second.startsWith('-')
        ? `muster ${first} needs one of: ${known.join(', ')}.`
        : `muster ${first} has no '${second}'; it has ${known.join(', ')}.`;
    throw new UsageError(`${complaint} See: muster help ${first}`);
  }
  const near = nearNames(first, [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))]);
  const hint = near.length > 0 ? ` Did you mean ${near.map((name) => `'${name}'`).join(' or ')}?` : '';
  throw new UsageError(`There is no command '${first}'.${hint} See: muster help`);
}

/** Those of a group: of `key` it is `key create`, `key list` and so on. */
export function subcommandsOf(commands: readonly Command[], group: string): readonly Command[] {
  return commands.filter(({ name }) => name.startsWith(`${group} `));
}
