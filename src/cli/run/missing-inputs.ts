import { nearNames } from '../../lib/near-names.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { Cli } from '../command.ts';
import { commandLine } from '../command-line.ts';
import { CommandFailed } from '../failures.ts';

export interface Typed {
  /** `run`, or what else begins a job of a crew. */
  readonly command: readonly string[];
  /** CREW as it was given. */
  readonly crew: string;
  readonly crewId: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What else was typed, to be typed again. */
  readonly flags: readonly string[];
}

/** Throws what to type instead when a crew is not given all that it needs; warns of what it is given in vain. */
export async function checkInputs(
  { env, err }: Pick<Cli, 'env' | 'err'>,
  client: ApiClient,
  typed: Typed,
): Promise<void> {
  const { command, crew, crewId, inputs, flags } = typed;
  const known = await client.get(`/api/v1/crews/${crewId}/inputs`);
  const [names, needed] = [known.texts('inputs'), known.texts('required')];
  const unknown = Object.keys(inputs).filter((name) => !names.includes(name));
  for (const name of unknown) err.line(`Warning: ${inVain(name, names)}`);
  const missing = needed.filter((name) => !Object.hasOwn(inputs, name));
  if (missing.length === 0) return;
  const kept = withoutInputs(flags, unknown);
  const line = [...command, crew, ...kept, ...missing.flatMap((name) => ['--input', `${name}=…`])];
  const what = missing.length === 1 ? `the input ${missing[0]}` : `the inputs ${missing.join(', ')}`;
  throw new CommandFailed(
    `The crew needs ${what}. Type, with what you want for …:\n  ${commandLine(env, line)}`,
  );
}

function inVain(name: string, names: readonly string[]): string {
  const near = nearNames(name, names);
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  const has = names.length > 0 ? `It has: ${names.join(', ')}` : 'It has none.';
  return `The crew has no input '${name}'; nothing uses it.${hint} ${has}`;
}

/** `--input NAME=VALUE` of these names is not typed again. */
function withoutInputs(flags: readonly string[], names: readonly string[]): readonly string[] {
  const isLeftOut = (at: number): boolean =>
    flags[at] === '--input' && names.some((name) => flags[at + 1]?.startsWith(`${name}=`));
  return flags.filter((_, at) => !isLeftOut(at) && !isLeftOut(at - 1));
}
