import { parseArgs } from 'node:util';

export interface Options {
  /** Names of the scenarios to run; empty: all that run by default. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Short windows and one round: shows that everything works, proves no figure. */
  readonly quick: boolean;
  readonly list: boolean;
}

/** Reads the command line, or throws an Error whose message says what would be right. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 99)
    throw new Error('--rounds is a number from 1 to 99.');
  const only = values.only?.split(',').filter((name) => name !== '') ?? [];
  return { only, rounds, quick: values.quick, list: values.list };
}
