import { parseArgs } from 'node:util';
import { nearNames } from '../lib/near-names.ts';
import type { Command, Invocation, Option, Options } from './command.ts';
import { UsageError } from './failures.ts';

/** What stands behind a command's name, checked against what it takes; throws UsageError. */
export function parseFlags(command: Command, args: readonly string[]): Invocation<Options> {
  const options = { ...command.options, help: HELP };
  refuseUnknown(command, options, args);
  const { values, positionals } = parse(command, options, args);
  const given: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    const value = values[name] ?? emptyOf(option);
    if (option.required && (value === undefined || value === '')) {
      throw wrong(command, `needs --${name} ${option.value ?? 'VALUE'}`);
    }
    given[name] = value;
  }
  checkCount(command, positionals);
  // Each value has the type that its option declares: parseArgs is strict.
  return { values: given as Invocation<Options>['values'], words: positionals };
}

export const HELP: Option = { type: 'boolean', help: 'Show this help.' };

/** How many words may stand behind the name. */
function countOf(words: string): { readonly least: number; readonly most: number } {
  const all = words === '' ? [] : words.split(' ');
  return {
    least: all.filter((word) => !word.startsWith('[')).length,
    most: all.some((word) => word.includes('…')) ? Number.POSITIVE_INFINITY : all.length,
  };
}

function parse(command: Command, options: Options, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: Object.fromEntries(
        Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
      ),
      allowPositionals: true,
    });
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(`${sentence.replace(/\.$/, '')}. See: muster help ${command.name}`);
  }
}

function refuseUnknown(command: Command, options: Options, args: readonly string[]): void {
  const known = Object.keys(options);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option' || Object.hasOwn(options, token.name)) continue;
    const near = nearNames(token.name, known).map((name) => `--${name}`);
    throw wrong(command, `has no flag ${token.rawName}`, near);
  }
}

function checkCount(command: Command, given: readonly string[]): void {
  const words = command.words ?? '';
  const { least, most } = countOf(words);
  if (given.length < least) throw wrong(command, `needs ${words.split(' ')[given.length]}`);
  if (given.length > most) throw wrong(command, `takes no '${given[most]}'`);
}

function wrong({ name }: Command, complaint: string, near: readonly string[] = []): UsageError {
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  return new UsageError(`muster ${name} ${complaint}.${hint} See: muster help ${name}`);
}

function emptyOf({ type, multiple }: Option): unknown {
  if (multiple) return [];
  return type === 'boolean' ? false : undefined;
}
