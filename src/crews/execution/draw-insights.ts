import { Interrupt, type JobEvent } from '../../engine/index.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../lib/json.ts';
import type { MemoryItem, NewInsight } from '../../memory/index.ts';
import type { JobScope } from './deps.ts';
import { doWork, userMessage } from './do-work.ts';
import { shorten, trace } from './traces.ts';

const MAX_KNOWN = 50;
const MAX_INSIGHTS = 10;
/** Who does it in the trace: the model is that of the crew's first agent, or of its manager, but the work is nobody's task. */
const NAME = 'Memory';

const INSTRUCTIONS =
  'You keep the long-term memory of a team. From what the team has just done you draw what will be of use in later work: preferences, facts, decisions, what worked and what did not. Take only what will still be true then, each in one plain sentence; often there is nothing. Do not repeat what is known already. When something known is no longer right, give it anew and say which number it replaces.';

const INSIGHTS: JsonObject = {
  type: 'object',
  properties: {
    insights: {
      type: 'array',
      maxItems: MAX_INSIGHTS,
      items: {
        type: 'object',
        properties: {
          category: { type: 'string', description: 'One or two words, such as preferences.' },
          insight: { type: 'string' },
          replaces: { type: ['integer', 'null'], description: 'The number of what it corrects, else null.' },
        },
        required: ['category', 'insight', 'replaces'],
        additionalProperties: false,
      },
    },
  },
  required: ['insights'],
  additionalProperties: false,
};

/**
 * Lets the crew's model draw insights from what a job has done and merges them with what the crew remembers. A job whose
 * insights can not be drawn is complete without.
 */
export async function drawInsights(
  scope: JobScope,
  outputs: readonly { readonly title: string; readonly text: string }[],
): Promise<void> {
  const { plan, job, deps } = scope;
  const steps = job.steps.within('memory');
  const memory = { accountId: job.accountId, crewId: plan.crewId, endUser: plan.endUser };
  const known = await steps.step('known', async () => ({
    value: (await deps.memory.insights(memory)).slice(0, MAX_KNOWN),
  }));
  // What has been cleared since is not told, and keeps its number.
  const still = new Set((await deps.memory.insights(memory)).map(({ id }) => id));
  let drawn: readonly NewInsight[];
  const events: JobEvent[] = [];
  try {
    const work = await doWork(scope, {
      agent: { ...plan.leader, name: NAME, instructions: INSTRUCTIONS, maxSteps: 1 },
      taskId: 'memory',
      runId: `${job.id}/memory/1`,
      steps,
      prefix: '1/',
      items: [userMessage(promptOf(outputs, known, still))],
      responseFormat: { type: 'json_schema', name: 'insights', schema: INSIGHTS, strict: true },
      enforce: true,
      isBare: true,
      isOptional: true,
      purpose: 'memory',
      clock: scope.clock,
    });
    events.push(...work.events);
    if (work.result.error) throw work.result.error;
    drawn = readInsights(work.text, known);
  } catch (error) {
    if (error instanceof Interrupt || job.signal.aborted) throw error;
    const message = error instanceof Error ? error.message : String(error);
    await steps.emit('failed', [...events, trace(NAME, 'memory_write_failed', message)]);
    return;
  }
  await steps.step('kept', async () => ({
    value: undefined,
    events: [
      ...events,
      trace(NAME, 'memory_write', drawn.map(({ content }) => content).join('\n'), {
        count: drawn.length,
      }),
    ],
    statements: deps.memory.merge(memory, known, drawn, job.id),
  }));
}

function promptOf(
  outputs: readonly { readonly title: string; readonly text: string }[],
  known: readonly MemoryItem[],
  still: ReadonlySet<string>,
): string {
  const done = outputs.map(({ title, text }) => `${title}:\n${shorten(text)}`).join('\n\n');
  const before = known
    .flatMap(({ id, category, content }, index) =>
      still.has(id) ? [`${index + 1}. ${category}: ${content}`] : [],
    )
    .join('\n');
  return `What the team has just done:\n\n${done}\n\nWhat is known already:\n${before === '' ? '(nothing)' : before}`;
}

function readInsights(text: string, known: readonly MemoryItem[]): NewInsight[] {
  const value = parseJson(text);
  const list = isJsonObject(value) && Array.isArray(value.insights) ? value.insights : [];
  return list.slice(0, MAX_INSIGHTS).flatMap((entry: unknown): NewInsight[] => {
    if (!isJsonObject(entry)) return [];
    const { category, insight, replaces } = entry;
    if (typeof insight !== 'string') return [];
    const old = typeof replaces === 'number' ? known[replaces - 1]?.id : undefined;
    return [{ category: typeof category === 'string' ? category : '', content: insight, replaces: old }];
  });
}
