import type { JobEvent, JobSteps } from '../../engine/index.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Item, ResponseFormat } from '../../models/index.ts';
import { askPerson } from './ask-person.ts';
import { delegationTools } from './delegation.ts';
import type { JobScope } from './deps.ts';
import { assistantMessage, doWork, userMessage, type Work } from './do-work.ts';
import { titleOf } from './job-progress.ts';
import { judgeOutput } from './judge-output.ts';
import { approvalPrompt, refusalPrompt, suggestionPrompt, taskPrompt } from './prompts.ts';
import { outputOf, refusedFor } from './task-failure.ts';
import { shorten, trace } from './traces.ts';
import type { PinnedAgent, PinnedTask } from './types.ts';
import type { WorkClock } from './work-clock.ts';

const MAX_MEMORIES = 5;
/** How often a person may send one output back. */
const MAX_REVIEWS = 20;

export interface Production {
  readonly scope: JobScope;
  readonly task: PinnedTask;
  readonly agent: PinnedAgent;
  readonly steps: JobSteps;
  readonly context: readonly { readonly title: string; readonly text: string }[];
  readonly clock: WorkClock;
  /** Takes what no step has told yet. */
  readonly unsaid: JobEvent[];
}

/** Works, has it judged, works again: until schema, guardrail and person take the output. */
export async function produceOutput(production: Production): Promise<string> {
  const { scope, task, context, unsaid } = production;
  const recalled = await recall(production);
  const items: Item[] = [];
  let refusals = 0;
  let reviews = 0;
  for (let round = 1; ; round++) {
    // Asked each time: what has been cleared since is not told again.
    items[0] = userMessage(promptOf(scope, task, context, await stillKnown(scope, recalled)));
    const work = await workOnce(production, items, round, unsaid.splice(0));
    unsaid.push(...work.events);
    const output = outputOf(work, task);
    let complaint = await judgeOutput(production, output, round);
    if (complaint !== undefined) {
      refusals += 1;
      if (refusals > task.maxRetries) throw refusedFor(task, complaint, output);
    } else if (task.humanInput) {
      const review = await reviewOutput(production, output, ++reviews);
      if (review.isApproved) return output;
      complaint = review.feedback;
      if (complaint === '' || reviews >= MAX_REVIEWS) {
        throw refusedFor(task, complaint || 'A person refused it.', output);
      }
    } else return output;
    items.push(assistantMessage(output), userMessage(refusalPrompt(complaint)));
  }
}

function workOnce(
  { scope, task, agent, steps, clock }: Production,
  items: readonly Item[],
  round: number,
  before: readonly JobEvent[],
): Promise<Work> {
  const { plan, job } = scope;
  const runId = `${job.id}/${task.id}/${round}`;
  const order = { taskId: task.id, runId, steps, clock };
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

function stillKnown({ plan, job, deps }: JobScope, recalled: readonly string[]): Promise<string[]> {
  const memory = { accountId: job.accountId, crewId: plan.crewId, endUser: plan.endUser };
  return deps.memory.stillKnown(memory, recalled);
}

async function recall({ scope, task, agent, steps }: Production): Promise<string[]> {
  const { plan, job, deps } = scope;
  if (!plan.memory) return [];
  return steps.step('recall', async () => {
    const memory = { accountId: job.accountId, crewId: plan.crewId, endUser: plan.endUser };
    const query = `${task.name} ${task.description}`;
    // Which outputs of this job a task goes by is for its context to say.
    const found = await deps.memory.recall(memory, job.id, query, MAX_MEMORIES);
    const value = found.map(({ content }) => content);
    const events =
      value.length > 0
        ? [trace(agent.name, 'memory_recall', value.join('\n'), { task_id: task.id, count: value.length })]
        : [];
    return { value, events };
  });
}

/** Lets a person say whether an output counts. */
async function reviewOutput(
  { scope, task, agent, steps, unsaid, clock }: Production,
  output: string,
  review: number,
): Promise<{ readonly isApproved: boolean; readonly feedback: string }> {
  const feedbackOf = ({ feedback }: JsonObject): string =>
    typeof feedback === 'string' ? feedback.trim() : '';
  const answer = await askPerson({
    ...{ scope, steps, clock, taskId: task.id, agent: agent.name },
    name: `review/${review}`,
    prompt: approvalPrompt(titleOf(task), output),
    before: unsaid.splice(0),
    asked: trace(agent.name, 'human_input_requested', shorten(output), { task_id: task.id }),
    describe: (given) => feedbackOf(given) || (given.approve === true ? 'approved' : 'refused'),
  });
  return { isApproved: answer.approve === true, feedback: feedbackOf(answer) };
}
