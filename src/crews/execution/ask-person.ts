import type { JobEvent, JobSteps } from '../../engine/index.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import type { JobScope } from './deps.ts';
import { trace } from './traces.ts';
import type { WorkClock } from './work-clock.ts';

export interface Question {
  readonly scope: JobScope;
  readonly steps: JobSteps;
  /** Of this wait among the steps, such as `review/1`. */
  readonly name: string;
  readonly taskId: string;
  /** Who asks. */
  readonly agent: string;
  readonly prompt: string;
  /** More for whoever lists open waits. */
  readonly detail?: JsonObject;
  /** Told before it. */
  readonly before: readonly JobEvent[];
  /** The row of the trace that says what is asked. */
  readonly asked: JobEvent;
  /** Does not go on while nobody answers. */
  readonly clock: WorkClock;
  /** What the trace says of the answer. */
  describe(answer: JsonObject): string;
}

/**
 * Lets the job wait for what a person says to one of its tasks. That costs nothing, holds nothing, survives restarts and
 * takes no working time. Whoever sees `waiting_for_input` can answer at once: it is told with the wait itself.
 */
export async function askPerson(question: Question): Promise<JsonObject> {
  const { scope, steps, name, taskId, agent, prompt, detail = {}, clock } = question;
  const { job, store, deps } = scope;
  const key = { accountId: job.accountId, jobId: job.id, taskId };
  const askedAt = await steps.step(`${name}/asked`, async () => ({ value: deps.clock.now() }));
  clock.rest();
  const given = await steps.waitFor(name, {
    detail: { task_id: taskId, prompt, ...detail },
    events: [
      ...question.before,
      question.asked,
      { type: 'waiting_for_input', data: { task_id: taskId, prompt, ...detail } },
      { type: 'job_status', data: { status: 'waiting_for_input' } },
    ],
    statements: [store.setTaskStatus(key, 'waiting_for_input')],
  });
  const answer = isJsonObject(given) ? given : {};
  const answeredAt = await steps.step(`${name}/answered`, async () => ({
    value: deps.clock.now(),
    events: [
      { type: 'job_status', data: { status: 'running' } },
      trace('human', 'human_input', question.describe(answer), {
        task_id: taskId,
        agent_asked: agent,
        approved: answer.approve === true,
      }),
    ],
    statements: [store.setTaskStatus(key, 'running')],
  }));
  clock.excuse(answeredAt - askedAt);
  return answer;
}
