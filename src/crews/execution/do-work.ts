import { setTimeout as delay } from 'node:timers/promises';
import type { PayingAgent } from '../../billing/index.ts';
import { Interrupt, type JobEvent, type JobSteps, JobStopped } from '../../engine/index.ts';
import { MusterError } from '../../lib/errors.ts';
import { firstSignal } from '../../lib/first-signal.ts';
import { type Item, modelErrors, type ResponseFormat, type ToolChoice } from '../../models/index.ts';
import { type AgentResult, type AgentTask, buildInstructions, runAgent } from '../../runs/index.ts';
import type { Passage, Tool, ToolContext, ToolOutcome } from '../../tools/index.ts';
import { askForMore } from './ask-for-more.ts';
import type { JobScope } from './deps.ts';
import { costReached } from './job-meter.ts';
import { JobTeller } from './job-teller.ts';
import { trace } from './traces.ts';
import type { PinnedAgent } from './types.ts';
import type { WorkClock } from './work-clock.ts';

/** Pauses before a run is tried again that failed for reasons that pass. */
const RETRY_DELAYS_MS = [1_000, 5_000];
const QUERY_CHARS = 2_000;

/** A tool whose calls keep steps of their own, such as handing work to another agent. */
export interface CompositeTool extends Tool {
  call(argumentsText: string, context: ToolContext): Promise<ToolOutcome>;
}

/** One piece of work for one agent. */
export interface WorkOrder {
  readonly agent: PinnedAgent;
  readonly taskId: string;
  /** `job/task/…`; unique for ever, because bills are named by it. */
  readonly runId: string;
  readonly steps: JobSteps;
  /** Tells the steps of several works in one scope apart; ends in a slash. */
  readonly prefix: string;
  readonly items: readonly Item[];
  /** Of the account's, by name; undefined: the agent's own. */
  readonly tools?: readonly string[] | undefined;
  readonly composites?: readonly CompositeTool[];
  readonly toolChoice?: ToolChoice;
  readonly maxToolCalls?: number;
  readonly responseFormat?: ResponseFormat;
  /** Whether the answer's format is insisted on. */
  readonly enforce?: boolean;
  /** Asks nothing but the model: neither tools nor documents. */
  readonly isBare?: boolean;
  /** What is asked for on the job's own behalf, beside the work: its rows of the trace say so. */
  readonly purpose?: 'guardrail' | 'memory';
  /** The job is complete without it: nobody is asked for money for it. */
  readonly isOptional?: boolean;
  /** Rows of the trace of what came before it, to be told with its first step. */
  readonly before?: readonly JobEvent[];
  /** Of the task that it is done for. */
  readonly clock: WorkClock;
}

/** What an agent made of it; `events` are rows of the trace that are still to be told. */
export interface Work {
  readonly result: AgentResult;
  readonly text: string;
  readonly events: readonly JobEvent[];
}

/**
 * Lets an agent work, with every step of it kept. A failure that may pass is tried again a few times, unless tools have
 * changed something outside by then. Throws what ends the job (an interrupt, the cost bound); else failures are in the
 * result.
 */
export async function doWork(scope: JobScope, order: WorkOrder): Promise<Work> {
  const { job, clock } = scope;
  // Fires when the job is stopped or handed over, and when its time or the task's is up.
  const { signal, release } = firstSignal(job.signal, clock.signal, order.clock.signal);
  try {
    return await workUntilDone(scope, order, signal);
  } finally {
    release();
  }
}

async function workUntilDone(scope: JobScope, order: WorkOrder, signal: AbortSignal): Promise<Work> {
  const delays = scope.deps.retryDelaysMs ?? RETRY_DELAYS_MS;
  const carried: JobEvent[] = [...(order.before ?? [])];
  const documents = await gatherDocuments(scope, order);
  for (let attempt = 1; ; attempt++) {
    const work = await tryWork(scope, order, { documents, attempt, before: carried.splice(0), signal });
    const { result } = work;
    if (result.bound === 'stopped' && !signal.aborted && !result.mayHaveActed) {
      // Cut off by a stop that died with its process before it came about: nobody was told of it, so the work goes on.
      carried.push(...work.events);
      continue;
    }
    const pauseMs = delays[attempt - 1];
    if (pauseMs === undefined || result.mayHaveActed || !mayPass(result.error)) return work;
    carried.push(...work.events);
    const message = result.error?.message ?? '';
    carried.push(trace(order.agent.name, 'retry', message, { task_id: order.taskId, attempt: attempt + 1 }));
    if (result.error instanceof MusterError) {
      const { platformCode } = result.error.spec;
      carried.push({ type: 'error', data: { task_id: order.taskId, message, code: platformCode } });
    }
    await pause(pauseMs, signal, scope.job.signal);
  }
}

interface Attempt {
  readonly documents: Documents;
  /** From 1. */
  readonly attempt: number;
  readonly before: readonly JobEvent[];
  readonly signal: AbortSignal;
}

async function tryWork(
  scope: JobScope,
  order: WorkOrder,
  { documents, attempt, before, signal }: Attempt,
): Promise<Work> {
  const { deps, job } = scope;
  const { agent, clock, composites = [] } = order;
  const runId = `${order.runId}.${attempt}`;
  const teller = new JobTeller({
    ...{ scope, taskId: order.taskId, agent: agent.name, runId, steps: order.steps, purpose: order.purpose },
    prompt: textOf(order.items.filter((item) => item.type !== 'message' || item.role === 'user')),
    prefix: attempt === 1 ? order.prefix : `${order.prefix}try${attempt}/`,
    isLive: order.isBare !== true,
    onWork() {
      scope.clock.run();
      clock.run();
    },
    isComposite: (name) => composites.some((tool) => tool.name === name),
  });
  for (const event of before) teller.note(event);
  const task = await toTask(scope, order, documents, runId);
  const isPassingBy = (): boolean => {
    const reason: unknown = signal.reason;
    return signal.aborted && reason instanceof Interrupt && !(reason instanceof JobStopped);
  };
  const result = await runAgent(
    task,
    {
      ...{ steps: teller.steps, meter: scope.meter, clock: deps.clock, consoleUrl: deps.consoleUrl },
      observe: deps.observe,
      tools: {
        runTool: (tool, text, context) => {
          const composite = composites.find((candidate) => candidate === tool);
          return composite ? composite.call(text, context) : deps.tools.runTool(tool, text, context);
        },
      },
      // A handing over is no outcome; a stop is one, and what it cut off is billed.
      get isDurable() {
        return isPassingBy();
      },
    },
    teller.sink,
    signal,
  );
  if (job.signal.aborted) throw job.signal.reason;
  if (result.bound === 'max_cost_usd' && scope.meter.leftNanoUsd() !== undefined) throw costReached();
  return { result, text: textOf(result.output), events: teller.rest() };
}

async function toTask(
  scope: JobScope,
  order: WorkOrder,
  documents: Documents,
  runId: string,
): Promise<AgentTask> {
  const { deps, job, plan, meter } = scope;
  const { agent, items, composites = [], isBare = false } = order;
  const { accountId } = job;
  const model = await deps.models.callable(accountId, agent.model);
  const names = isBare ? [] : (order.tools ?? agent.tools);
  const wanted = documents === 'searchable' ? new Set(['knowledge_search', ...names]) : new Set(names);
  const taken = new Set(composites.map(({ name }) => name));
  const own = (await findTools(deps, accountId, [...wanted])).filter(({ name }) => !taken.has(name));
  const { userId, key } = plan.caller;
  return {
    runId,
    agentId: agent.id,
    subject: {
      ...{ runId, accountId, userId, agentId: agent.id, agentVersion: agent.version, model: model.info.id },
      source: key === null ? 'user' : 'key',
      keyId: key?.id ?? null,
    },
    payer: { accountId, ...(key && { key: toPayingKey(key) }), agent: toPayingAgent(agent) },
    model,
    instructions: buildInstructions({ agentInstructions: agent.instructions, documents, items }),
    items,
    serverTools: [...composites, ...own],
    clientTools: [],
    toolChoice: order.toolChoice ?? { type: 'auto' },
    ...(order.maxToolCalls !== undefined && { maxToolCalls: order.maxToolCalls }),
    responseFormat: order.responseFormat ?? { type: 'text' },
    parameters: agent.parameters,
    maxSteps: agent.maxSteps,
    stream: !isBare,
    enforce: order.enforce ?? false,
    maxCostNanoUsd: agent.maxCostNanoUsd === null ? undefined : BigInt(agent.maxCostNanoUsd),
    sharedLeftNanoUsd: () => meter.leftNanoUsd(),
    isSharedBusy: () => meter.isHolding,
    ...(meter.maxNanoUsd !== undefined && {
      raiseShared: (place: string, isBusy: boolean) => askForMore(scope, order, { place, isBusy }),
    }),
    passages: typeof documents === 'object' ? documents.passages : [],
  };
}

type Documents = 'none' | 'searchable' | { readonly passages: readonly Passage[] };

async function gatherDocuments(
  { deps, job }: JobScope,
  { agent, items, steps, prefix, isBare }: WorkOrder,
): Promise<Documents> {
  const { mode, limit } = agent.knowledge;
  if (mode === 'none' || isBare) return 'none';
  if (mode === 'tool') return 'searchable';
  const query = textOf(items.slice(0, 1)).slice(0, QUERY_CHARS);
  const passages = await steps.step(`${prefix}documents`, async () => ({
    value: await deps.knowledge.search(job.accountId, agent.id, query, limit),
  }));
  return { passages };
}

/** A tool that was there when the job began and is there no more says so, instead of being unknown all at once. */
async function findTools(
  { tools }: JobScope['deps'],
  accountId: string,
  names: readonly string[],
): Promise<Tool[]> {
  if (names.length === 0) return [];
  const found = await tools.find(accountId, names);
  return names.map((name) => found.find((tool) => tool.name === name) ?? missingTool(name));
}

function missingTool(name: string): Tool {
  return {
    name,
    description: 'Not available any more.',
    parameters: { type: 'object' },
    category: 'utility',
    priceNanoUsd: 0n,
    run: async () => ({ output: `The tool ${name} was removed. Go on without it.`, isError: true }),
  };
}

function toPayingKey(key: NonNullable<JobScope['plan']['caller']['key']>) {
  const { id, dailyLimitNanoUsd: daily, monthlyLimitNanoUsd: monthly } = key;
  return {
    id,
    ...(daily !== null && { dailyLimitNanoUsd: BigInt(daily) }),
    ...(monthly !== null && { monthlyLimitNanoUsd: BigInt(monthly) }),
  };
}

/** Whether the same call may well succeed a little later. */
function mayPass(error: Error | undefined): boolean {
  return error instanceof MusterError && PASSING.has(error.code);
}

const PASSING: ReadonlySet<string> = new Set(
  [
    modelErrors.upstream_rate_limited,
    modelErrors.upstream_unavailable,
    modelErrors.upstream_timeout,
    modelErrors.upstream_cut,
    modelErrors.upstream_garbage,
  ].map(({ code }) => code),
);

/** Is over early when the time is up: whoever goes on then is told so. */
async function pause(ms: number, signal: AbortSignal, job: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    job.throwIfAborted();
  }
}

/** The texts of the last message of the assistant, or of the items themselves where there is none. */
function textOf(items: readonly Item[]): string {
  const messages = items.filter((item) => item.type === 'message');
  const last = messages.findLast(({ role }) => role === 'assistant') ?? messages.at(-1);
  return (last?.content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');
}

export function userMessage(text: string): Item {
  return { type: 'message', role: 'user', content: [{ type: 'text', text }] };
}

export function assistantMessage(text: string): Item {
  return { type: 'message', role: 'assistant', content: [{ type: 'text', text }] };
}

function toPayingAgent(agent: PinnedAgent): PayingAgent {
  const { dailyLimitNanoUsd: daily = null, monthlyLimitNanoUsd: monthly = null } = agent;
  return {
    id: agent.id,
    dailyLimitNanoUsd: daily === null ? undefined : BigInt(daily),
    monthlyLimitNanoUsd: monthly === null ? undefined : BigInt(monthly),
  };
}
