/** Below 100 until the job has completed. */
const MOST = 99;
/** How much of a task its last rounds can count for before it is done. */
const LARGEST_PART = 0.9;

/** How far a job is. `rounds` of a running task counts the model and tool rounds that it has finished. */
export interface ProgressState {
  readonly total: number;
  readonly done: number;
  readonly rounds: Iterable<number>;
  /** The highest that was told so far. */
  readonly before: number;
}

/**
 * The percentage to show, from 0 to 99: tasks that are done, and of the running ones a part that grows with each round
 * and never counts as done. Never lower than what was shown before.
 */
export function progressOf({ total, done, rounds, before }: ProgressState): number {
  if (total === 0) return before;
  let parts = done;
  for (const count of rounds) parts += LARGEST_PART * (count / (count + 2));
  const percent = Math.floor((100 * parts) / total);
  return Math.max(before, Math.min(MOST, percent));
}
