import { TerminalError } from '../../engine/index.ts';
import { isUnavailable, MusterError } from '../../lib/errors.ts';
import type { AgentResult } from '../../runs/index.ts';
import { crewErrors } from '../errors.ts';
import type { Work } from './do-work.ts';
import { titleOf } from './job-progress.ts';
import type { PinnedTask } from './types.ts';

/** Why a task failed, in public words, and its last output where there is one. */
export class TaskFailure extends TerminalError {
  readonly output: string | undefined;
  constructor(code: string, message: string, output?: string) {
    super(code, message);
    this.output = output;
  }
}

/** Faults of the server are the engine's to tell, and to try again; all else is the task's end. */
export function failureOf(error: unknown): TaskFailure {
  if (error instanceof TaskFailure) return error;
  // The database is away for a while: nothing that this task could have done better.
  if (isUnavailable(error)) throw error;
  if (error instanceof MusterError || error instanceof TerminalError) {
    return new TaskFailure(error.code, error.message);
  }
  throw error;
}

export function refusedFor(task: PinnedTask, reason: string, output: string): TaskFailure {
  const { code } = crewErrors.output_refused;
  return new TaskFailure(code, `The output of '${titleOf(task)}' was refused: ${reason}`, output);
}

export function timeIsUp(title: string): MusterError {
  return crewErrors.time_limit_reached(`'${title}' has worked for longer than its timeout_s.`);
}

/** The text of a work. Throws what kept it from having one. */
export function outputOf({ result, text }: Work, task: PinnedTask): string {
  if (result.error && result.bound !== 'stopped') throw result.error;
  if (result.bound === 'stopped') throw timeIsUp(titleOf(task));
  if (result.bound === 'max_cost_usd') {
    throw crewErrors.max_cost_reached(`The agent of '${titleOf(task)}' has reached its max_cost_usd.`);
  }
  if (text.trim() === '') throw crewErrors.no_output(emptyReason(titleOf(task), result));
  return text;
}

function emptyReason(title: string, { bound, output }: AgentResult): string {
  const refusal = output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .find((part) => part.type === 'refusal');
  if (refusal?.type === 'refusal') return `The model refused '${title}': ${refusal.text.slice(0, 500)}`;
  return `The agent ended its work on '${title}' without an answer${bound === undefined ? '' : ` (${bound})`}.`;
}
