import type { ApiClient } from '../client/api-client.ts';
import type { Environment } from '../command.ts';
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

/** Throws what to type instead when a crew is not given all that it needs. */
export async function checkInputs(client: ApiClient, env: Environment, typed: Typed): Promise<void> {
  const { command, crew, crewId, inputs, flags } = typed;
  const needed = (await client.get(`/api/v1/crews/${crewId}/inputs`)).texts('required');
  const missing = needed.filter((name) => !Object.hasOwn(inputs, name));
  if (missing.length === 0) return;
  const line = [...command, crew, ...flags, ...missing.flatMap((name) => ['--input', `${name}=…`])];
  const what = missing.length === 1 ? `the input ${missing[0]}` : `the inputs ${missing.join(', ')}`;
  throw new CommandFailed(
    `The crew needs ${what}. Type, with what you want for …:\n  ${commandLine(env, line)}`,
  );
}
