import { Interrupt, type JobEvent, type JobSteps, TerminalError } from '../../engine/index.ts';
import { MusterError } from '../../lib/errors.ts';
import { isJsonObject } from '../../lib/json.ts';
import type { Item, ResponseFormat } from '../../models/index.ts';
import type { AgentResult } from '../../runs/index.ts';
import { crewErrors } from '../errors.ts';
import { delegationTools } from './delegation.ts';
import type { JobScope } from './deps.ts';
import { assistantMessage, doWork, userMessage, type Work } from './do-work.ts';
import { titleOf } from './job-progress.ts';
import { judgeOutput } from './judge-output.ts';
import { approvalPrompt, refusalPrompt, suggestionPrompt, taskPrompt } from './prompts.ts';
import { shorten, trace } from './traces.ts';
import type { PinnedAgent, PinnedTask } from './types.ts';

const MAX_MEMORIES = 5;
/** How often a person may send one output back. */
const MAX_REVIEWS = 20;
const MEMORY_CHARS = 600;

/**
 * Does one task to its end and resolves to its output. Every step of it is kept under the task's id. Throws what the
 * task failed with, once that is told and kept.
 */
export async function runTask(
  scope: JobScope,
  task: PinnedTask,
  context: readonly { readonly title: string; readonly text: string }[],
): Promise<string> {
  const { job, store, progress, deps } = scope;
  const steps = job.steps.within(task.id);
  const key = { accountId: job.accountId, jobId: job.id, taskId: task.id };
  const agent = workerOf(scope, task);
  progress.start(task);
  const startedAt = await steps.step('start', async () => {
    const now = deps.clock.now();
    const { percent, currentTask } = progress;
    return {
      value: now,
      events: [
        { type: 'task_start', data: { task_id: task.id, agent: agent.name } },
        trace(agent.name, 'task_started', titleOf(task), { task_id: task.id }),
        progress.event(),
      ],
      statements: [store.startTask(key, now), store.setProgress(job.accountId, job.id, percent, currentTask)],
    };
  });
  const deadline = createDeadline(
    task.timeoutMs === null ? undefined : startedAt + task.timeoutMs,
    deps.clock.now(),
  );
  const unsaid: JobEvent[] = [];
  try {
    const signal = AbortSignal.any([scope.signal, ...(deadline.signal ? [deadline.signal] : [])]);
    const output = await produceOutput({ scope, task, agent, steps, context, signal, unsaid });
    progress.finish(task.id);
    await steps.step('done', async () => {
      const now = deps.clock.now();
      const { percent, currentTask } = progress;
      return {
        value: undefined,
        events: [
          ...unsaid,
          trace(agent.name, 'task_completed', output, { task_id: task.id }),
          { type: 'task_complete', data: { task_id: task.id, agent: agent.name, result: output } },
          progress.event(),
        ],
        statements: [
          store.completeTask(key, output, now),
          store.setProgress(job.accountId, job.id, percent, currentTask),
          ...rememberTask(scope, task, output),
        ],
      };
    });
    return output;
  } catch (error) {
    if (error instanceof Interrupt || job.signal.aborted) throw error;
    const failure = failureOf(error);
    await steps.step('failed', async () => ({
      value: undefined,
      events: [
        ...unsaid,
        trace(agent.name, 'task_failed', failure.message, { task_id: task.id, code: failure.code }),
        { type: 'task_failed', data: { task_id: task.id, agent: agent.name, error: failure.message } },
      ],
      statements: [store.failTask(key, failure.message, failure.output, deps.clock.now())],
    }));
    throw failure;
  } finally {
    deadline.clear();
  }
}

interface Production {
  readonly scope: JobScope;
  readonly task: PinnedTask;
  readonly agent: PinnedAgent;
  readonly steps: JobSteps;
  readonly context: readonly { readonly title: string; readonly text: string }[];
  readonly signal: AbortSignal;
  /** Takes what no step has told yet. */
  readonly unsaid: JobEvent[];
}

/** Works, has it judged, works again: until schema, guardrail and person take the output. */
async function produceOutput(production: Production): Promise<string> {
  const { scope, task, agent, steps, context, signal, unsaid } = production;
  const memories = await recall(production);
  const items: Item[] = [userMessage(promptOf(scope, task, context, memories))];
  let refusals = 0;
  let reviews = 0;
  for (let round = 1; ; round++) {
    const work = await workOnce(production, items, round, unsaid.splice(0));
    unsaid.push(...work.events);
    const output = outputOf(work, task);
    let complaint = await judgeOutput(scope, task, agent, output, { steps, round, signal, unsaid });
    if (complaint !== undefined) {
      refusals += 1;
      if (refusals > task.maxRetries) throw refusedFor(titleOf(task), complaint, output);
    } else if (task.humanInput) {
      const review = await askPerson(production, output, ++reviews);
      if (review.isApproved) return output;
      complaint = review.feedback;
      if (complaint === '' || reviews >= MAX_REVIEWS) {
        throw refusedFor(titleOf(task), complaint || 'A person refused it.', output);
      }
    } else return output;
    items.push(assistantMessage(output), userMessage(refusalPrompt(complaint)));
  }
}

function workOnce(
  { scope, task, agent, steps, signal }: Production,
  items: readonly Item[],
  round: number,
  before: readonly JobEvent[],
): Promise<Work> {
  const { plan, job } = scope;
  const runId = `${job.id}/${task.id}/${round}`;
  const order = { taskId: task.id, runId, steps, signal };
  const isManaged = plan.process === 'hierarchical';
  const delegation = { scope, self: agent, agents: plan.agents, depth: 0, order, place: task.id };
  const composites = isManaged ? delegationTools({ ...delegation, tools: task.tools ?? [] }) : [];
  const responseFormat: ResponseFormat = task.outputSchema
    ? { type: 'json_schema', name: 'output', schema: task.outputSchema }
    : { type: 'text' };
  return doWork(scope, {
    ...order,
    agent,
    prefix: `${round}/`,
    before,
    items: [...items],
    // A manager has none but its coworkers.
    tools: isManaged ? [] : (task.tools ?? undefined),
    composites,
    ...(composites.length > 0 && {
      maxToolCalls: plan.maxDelegations,
      // A manager that answers by itself would be one agent more, and no manager.
      ...(round === 1 && { toolChoice: { type: 'required' } as const }),
    }),
    responseFormat,
  });
}

function promptOf(
  { plan }: JobScope,
  task: PinnedTask,
  context: Production['context'],
  memories: readonly string[],
): string {
  const prompt = taskPrompt(task, context, memories);
  const meantFor = plan.agents.find(({ id }) => id === task.agentId);
  if (plan.process === 'sequential' || !meantFor) return prompt;
  return `${prompt}\n\n${suggestionPrompt(meantFor)}`;
}

/** Who does a task: the manager of a hierarchical crew, else its agent. */
function workerOf({ plan }: JobScope, task: PinnedTask): PinnedAgent {
  if (plan.process === 'hierarchical') return plan.leader;
  return plan.agents.find(({ id }) => id === task.agentId) ?? plan.leader;
}

async function recall({ scope, task, agent, steps }: Production): Promise<string[]> {
  const { plan, job, deps } = scope;
  if (!plan.memory) return [];
  return steps.step('recall', async () => {
    const memory = { accountId: job.accountId, crewId: plan.crewId, endUser: plan.endUser };
    const query = `${task.name} ${task.description}`;
    const found = await deps.memory.recall(memory, query, MAX_MEMORIES);
    const value = found.map(({ content }) => content);
    const events =
      value.length > 0
        ? [trace(agent.name, 'memory_recall', value.join('\n'), { task_id: task.id, count: value.length })]
        : [];
    return { value, events };
  });
}

function rememberTask({ plan, job, deps }: JobScope, task: PinnedTask, output: string) {
  if (!plan.memory) return [];
  const memory = { accountId: job.accountId, crewId: plan.crewId, endUser: plan.endUser };
  const text = output.length > MEMORY_CHARS ? `${output.slice(0, MEMORY_CHARS - 1)}…` : output;
  return deps.memory.keep(memory, `${titleOf(task)}: ${text}`, job.id);
}

/** Lets the job wait for a person. It costs nothing meanwhile, and survives restarts. */
async function askPerson(
  { scope, task, agent, steps, unsaid }: Production,
  output: string,
  review: number,
): Promise<{ readonly isApproved: boolean; readonly feedback: string }> {
  const { job, store } = scope;
  const key = { accountId: job.accountId, jobId: job.id, taskId: task.id };
  const prompt = approvalPrompt(titleOf(task), output);
  const facts = { task_id: task.id };
  const told = unsaid.splice(0);
  await steps.step(`review/${review}/asked`, async () => ({
    value: undefined,
    events: [
      ...told,
      trace(agent.name, 'human_input_requested', shorten(output), facts),
      { type: 'waiting_for_input', data: { task_id: task.id, prompt } },
      { type: 'job_status', data: { status: 'waiting_for_input' } },
    ],
    statements: [store.setTaskStatus(key, 'waiting_for_input')],
  }));
  const answer = await steps.waitFor(`review/${review}`, { detail: { task_id: task.id, prompt } });
  const given = isJsonObject(answer) ? answer : {};
  const isApproved = given.approve === true;
  const feedback = typeof given.feedback === 'string' ? given.feedback.trim() : '';
  await steps.step(`review/${review}/answered`, async () => ({
    value: undefined,
    events: [
      { type: 'job_status', data: { status: 'running' } },
      trace('human', 'human_input', feedback || (isApproved ? 'approved' : 'refused'), {
        ...facts,
        approved: isApproved,
      }),
    ],
    statements: [store.setTaskStatus(key, 'running')],
  }));
  return { isApproved, feedback };
}

/** The text of a work, or what kept it from having one. */
function outputOf({ result, text }: Work, task: PinnedTask): string {
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

export function timeIsUp(title: string): MusterError {
  return crewErrors.time_limit_reached(`'${title}' has worked for longer than its timeout_s.`);
}

function refusedFor(title: string, reason: string, output: string): TaskFailure {
  const { code } = crewErrors.output_refused;
  return new TaskFailure(code, `The output of '${title}' was refused: ${reason}`, output);
}

/** Why a task failed, in public words, and its last output where there is one. */
class TaskFailure extends TerminalError {
  readonly output: string | undefined;
  constructor(code: string, message: string, output?: string) {
    super(code, message);
    this.output = output;
  }
}

/** Faults of the server are the engine's to tell, and to try again; all else is the task's end. */
function failureOf(error: unknown): TaskFailure {
  if (error instanceof TaskFailure) return error;
  if (error instanceof MusterError || error instanceof TerminalError) {
    return new TaskFailure(error.code, error.message);
  }
  throw error;
}

interface Deadline {
  readonly signal: AbortSignal | undefined;
  clear(): void;
}

/** Fires once the time is past `at`. */
export function createDeadline(at: number | undefined, now: number): Deadline {
  if (at === undefined) return { signal: undefined, clear: () => undefined };
  const controller = new AbortController();
  const left = Math.max(0, at - now);
  const timer = setTimeout(() => controller.abort(new Error('The time is up')), Math.min(left, 2 ** 31 - 1));
  timer.unref();
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
