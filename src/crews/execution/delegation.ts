import { MusterError } from '../../lib/errors.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../lib/json.ts';
import type { ToolContext, ToolOutcome } from '../../tools/index.ts';
import type { JobScope } from './deps.ts';
import { type CompositeTool, doWork, userMessage, type WorkOrder } from './do-work.ts';
import { delegatedPrompt, questionPrompt } from './prompts.ts';
import type { PinnedAgent } from './types.ts';

const DELEGATE = 'delegate_work';
const ASK = 'ask_coworker';

export interface DelegationOptions {
  readonly scope: JobScope;
  /** Who hands out; never among the coworkers. */
  readonly self: PinnedAgent;
  readonly agents: readonly PinnedAgent[];
  /** How often the work has been handed on to come here. */
  readonly depth: number;
  /** The work in which the tools are called. */
  readonly order: Pick<WorkOrder, 'taskId' | 'runId' | 'steps' | 'clock'>;
  /** The scope of that work's steps, for names of scopes below it. */
  readonly place: string;
  /** The task's tools, which whoever works on it has beside its own. */
  readonly tools: readonly string[];
}

/**
 * The tools by which an agent hands work to others; none when there is nobody to hand it to, or when it has been handed
 * on as far as the crew allows. Each call is a run of the coworker, with steps of its own.
 */
export function delegationTools(options: DelegationOptions): CompositeTool[] {
  const { self, agents, depth, scope } = options;
  const coworkers = agents.filter(({ id }) => id !== self.id);
  if (coworkers.length === 0 || depth >= scope.plan.maxDelegationDepth) return [];
  const names = coworkers.map(({ name }) => name);
  return [
    toTool(options, coworkers, {
      name: DELEGATE,
      description: 'Hand a piece of work to a coworker and get its result.',
      parameters: parametersOf('task', 'What is to be done, complete.', names),
      prompt: delegatedPrompt,
    }),
    toTool(options, coworkers, {
      name: ASK,
      description: 'Ask a coworker a question and get the answer.',
      parameters: parametersOf('question', 'The question, complete.', names),
      prompt: questionPrompt,
    }),
  ];
}

function parametersOf(field: string, description: string, coworkers: readonly string[]): JsonObject {
  return {
    type: 'object',
    properties: {
      [field]: { type: 'string', description },
      context: { type: 'string', description: 'All that the coworker has to know for it.' },
      coworker: { type: 'string', enum: [...coworkers], description: 'Who.' },
    },
    required: [field, 'context', 'coworker'],
    additionalProperties: false,
  };
}

interface Delegation {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
  readonly prompt: (work: string, context: string) => string;
}

function toTool(
  options: DelegationOptions,
  coworkers: readonly PinnedAgent[],
  { prompt, ...definition }: Delegation,
): CompositeTool {
  const call = async (text: string, context: ToolContext): Promise<ToolOutcome> => {
    const read = readArguments(text, definition.name === ASK ? 'question' : 'task');
    if (typeof read === 'string') return refused(read);
    const coworker = coworkers.find(({ name }) => same(name, read.coworker));
    if (!coworker) {
      const names = coworkers.map(({ name }) => `'${name}'`).join(', ');
      return refused(`There is no coworker '${read.coworker.slice(0, 200)}'. The coworkers are: ${names}.`);
    }
    return handOver(options, coworker, prompt(read.work, read.context), context);
  };
  return {
    ...definition,
    category: 'utility',
    priceNanoUsd: 0n,
    call,
    run: (args, context) => call(JSON.stringify(args), context),
  };
}

async function handOver(
  { scope, agents, depth, order, place, tools }: DelegationOptions,
  coworker: PinnedAgent,
  text: string,
  context: ToolContext,
): Promise<ToolOutcome> {
  // The key is the run's id and the place of the call in it.
  const below = `${place}/${context.idempotencyKey.slice(order.runId.length)}`;
  const inner: WorkOrder = {
    agent: coworker,
    taskId: order.taskId,
    runId: context.idempotencyKey,
    steps: scope.job.steps.within(below),
    prefix: '',
    items: [userMessage(text)],
    tools: [...new Set([...coworker.tools, ...tools])],
    clock: order.clock,
  };
  const next = { scope, agents, self: coworker, depth: depth + 1, order: inner, place: below, tools };
  const composites = delegationTools(next);
  const work = await doWork(scope, {
    ...inner,
    composites,
    ...(composites.length > 0 && { maxToolCalls: coworker.maxSteps + scope.plan.maxDelegations }),
  });
  if (work.events.length > 0) {
    await inner.steps.emit('told', work.events);
  }
  const { result } = work;
  if (result.error instanceof MusterError && result.error.spec.status < 500 && endsTheJob(result.error)) {
    throw result.error;
  }
  if (work.text.trim() !== '') return { output: work.text, isError: false };
  return refused(`${coworker.name} could not do it: ${result.error?.message ?? 'there is no answer'}`);
}

/** Without credit nothing else can be tried either. */
function endsTheJob({ spec }: MusterError): boolean {
  return spec.type === 'insufficient_quota';
}

function readArguments(
  text: string,
  field: string,
): { readonly work: string; readonly context: string; readonly coworker: string } | string {
  let args: Json;
  try {
    args = parseJson(text);
  } catch {
    return 'The arguments are not valid JSON.';
  }
  if (!isJsonObject(args)) return 'The arguments must be a JSON object.';
  const { [field]: work, context = '', coworker } = args;
  if (typeof work !== 'string' || work.trim() === '')
    return `'${field}' must be a text that says what is wanted.`;
  if (typeof coworker !== 'string') return "'coworker' must be the name of a coworker.";
  return { work, context: typeof context === 'string' ? context : JSON.stringify(context), coworker };
}

function refused(output: string): ToolOutcome {
  return { output, isError: true };
}

function same(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
