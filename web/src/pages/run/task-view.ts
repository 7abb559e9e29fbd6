import type { RunNow, TraceRow } from './run-log.ts';
import type { Run } from './use-run.ts';

export type RunTask = Run['tasks_output'][number];

/** A task of a run as it is shown: what is kept of it, and what the events say since. */
export interface TaskView {
  readonly id: string;
  readonly task: RunTask;
  readonly status: string;
  readonly text: string;
  /** The text grows while one looks. */
  readonly isSpeaking: boolean;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly steps: readonly TraceRow[];
}

const OPEN: ReadonlySet<string> = new Set(['queued', 'running', 'waiting_for_input']);

export function isOpen(status: string): boolean {
  return OPEN.has(status);
}

/** The tasks in their order. While a run goes on its events are ahead of what was read; afterwards that is the truth. */
export function viewTasks(run: Run, now: RunNow): TaskView[] {
  const byTask = Map.groupBy(now.traces, ({ taskId }) => taskId);
  return run.tasks_output.map((task) => {
    const live = now.tasks.get(task.task_id);
    const isAhead = isOpen(run.status) && live !== undefined && !isDone(task.status);
    const status = isAhead ? live.status : task.status;
    const words = live?.words ?? '';
    const steps = byTask.get(task.task_id) ?? [];
    const started = steps.find(({ action }) => action === 'task_started');
    const ended = steps.findLast(({ action }) => action === 'task_completed' || action === 'task_failed');
    return {
      id: task.task_id,
      task,
      status,
      text: task.output ?? words,
      isSpeaking: status === 'running' && task.output === null,
      startedAt: task.started_at === null ? started?.at : Date.parse(task.started_at),
      endedAt: task.finished_at === null ? ended?.at : Date.parse(task.finished_at),
      steps: steps.filter(({ action }) => !FRAME.has(action)),
    };
  });
}

/** Told by the task's own line. */
const FRAME: ReadonlySet<string> = new Set(['task_started', 'task_completed']);

function isDone(status: string): boolean {
  return status === 'completed' || status === 'failed' || status === 'stopped';
}
