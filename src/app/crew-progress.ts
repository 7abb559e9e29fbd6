import { MAX_COST_WAIT } from '../crews/index.ts';
import type { StoredEvent, Timers } from '../engine/index.ts';

/** Longer than a busy server takes to get to a job and refuse it, shorter than proxies wait for a first byte. */
const HELD_MS = 15_000;

export interface CrewProgress {
  tell(event: StoredEvent): void;
  /** Nothing more is told. */
  end(): void;
}

/**
 * Tells what a job's events say to somebody who waits for its answer, a line each. It begins once the job is at work: what
 * fails before is answered with an error alone, so that who is refused for credit gets a status rather than a story.
 */
export function createCrewProgress(jobId: string, say: (line: string) => void, timers: Timers): CrewProgress {
  const titles = new Map<string, string>();
  let held: string[] | undefined = [];
  const release = (): void => {
    const lines = held ?? [];
    held = undefined;
    for (const line of lines) say(line);
  };
  const cancel = timers.after(HELD_MS, release);
  return {
    tell(event) {
      if (held && isWork(event)) release();
      const line = lineOf(jobId, event, titles);
      if (line === undefined) return;
      if (held) held.push(line);
      else say(line);
    },
    end: cancel,
  };
}

/** Whether a model or a tool has answered, or is about to. */
function isWork({ type, data }: StoredEvent): boolean {
  switch (type) {
    case 'delta':
      return data.text !== '';
    case 'trace':
      return data.action === 'llm_call' || typeof data.is_error === 'boolean';
    case 'task_complete':
    case 'waiting_for_input':
      return true;
    default:
      return false;
  }
}

/** What is said of an event while the answer is being worked on. */
function lineOf(jobId: string, { type, data }: StoredEvent, titles: Map<string, string>): string | undefined {
  const task = String(data.task_id ?? '');
  switch (type) {
    case 'trace': {
      const { action, agent, result } = data;
      if (action === 'task_started') titles.set(task, String(result));
      if (action === 'task_started') return `${String(agent)} begins: ${String(result)}`;
      if (typeof data.is_error !== 'boolean') return undefined;
      return `${String(agent)} used ${String(action)}${data.is_error ? ', which failed' : ''}`;
    }
    case 'task_complete':
      return `${String(data.agent)} is done: ${titles.get(task) ?? task}`;
    case 'task_failed':
      return `${String(data.agent)} failed: ${titles.get(task) ?? task}`;
    case 'waiting_for_input':
      return `Waiting for a person: ${titles.get(task) ?? task}. ${howToAnswer(jobId, data)}`;
    default:
      return undefined;
  }
}

/** For whoever called the crew, or reads along, and can let somebody know. `wait`: what its event says. */
export function howToAnswer(jobId: string, wait: StoredEvent['data']): string {
  const { task_id, reason, max_cost_usd } = wait;
  // There an approval is taken only with a higher bound.
  const bound = reason === MAX_COST_WAIT ? `, "max_cost_usd": ${2 * Number(max_cost_usd)}` : '';
  const answer = `{"task_id": "${String(task_id ?? '')}", "approve": true${bound}}`;
  return `Answer signed in, not with an agent key: in the console under Runs, or with POST /api/v1/executions/${jobId}/resume ${answer}; GET /api/v1/executions/${jobId}/waits says what is asked.`;
}
