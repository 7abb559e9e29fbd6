import type { Clock } from '../lib/clock.ts';
import type { ApiClient } from './client/api-client.ts';
import type { Screen } from './screen.ts';

/** One flag of a command. */
export interface Option {
  readonly type: 'string' | 'boolean';
  /** May be given several times. */
  readonly multiple?: boolean;
  readonly required?: boolean;
  /** What stands for its value in the usage: `EMAIL`. */
  readonly value?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

/** What was given for each of a command's options. */
export type Values<Given extends Options> = {
  readonly [Name in keyof Given]: ValueOf<Given[Name]>;
};

type ValueOf<Given extends Option> = Given['type'] extends 'boolean'
  ? boolean
  : Given['multiple'] extends true
    ? readonly string[]
    : Given['required'] extends true
      ? string
      : string | undefined;

interface Description {
  /** As it is typed: `key create`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What stands behind the name: `AGENT FILE…`, `[MESSAGE]`. Also decides how many words may stand there. */
  readonly words?: string;
  /** Further paragraphs of its help. */
  readonly details?: string;
}

export interface Command extends Description {
  readonly options: Options;
  /** Throws CommandFailed or UsageError; anything else is a fault of ours. */
  run(invocation: Invocation<Options>, cli: Cli): Promise<void>;
}

export interface Invocation<Given extends Options> {
  readonly values: Values<Given>;
  readonly words: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

export type Input = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?(mode: boolean): unknown;
};

/** What a command has of the outside. */
export interface Cli {
  readonly env: Environment;
  readonly input: Input;
  /** For what was asked for: what a script reads. */
  readonly out: Screen;
  /** For everything else that a person may want to know. */
  readonly err: Screen;
  readonly clock: Clock;
  /** Calls back on each Ctrl-C, which else ends the command at once. Returns what undoes that. */
  onInterrupt(callback: () => void): () => void;
  /** The server, as who is signed in; throws CommandFailed when nobody is. */
  connect(): ApiClient;
}

export function defineCommand<const Given extends Options>(
  command: Description & {
    readonly options?: Given;
    run(invocation: Invocation<Given>, cli: Cli): Promise<void>;
  },
): Command {
  // run is only ever called with what was parsed by these very options.
  return { options: {}, ...command } as Command;
}
