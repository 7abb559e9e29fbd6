import { isJsonObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { checkAnswer } from '../../runs/index.ts';
import { doWork, userMessage } from './do-work.ts';
import type { Production } from './produce-output.ts';
import { JUDGE_INSTRUCTIONS, judgePrompt } from './prompts.ts';
import { trace } from './traces.ts';

const VERDICT: JsonObject = {
  type: 'object',
  properties: {
    valid: { type: 'boolean', description: 'Whether the result keeps the rule.' },
    reason: { type: 'string', description: 'What has to change; empty when it is valid.' },
  },
  required: ['valid', 'reason'],
  additionalProperties: false,
};

/**
 * Holds an output against the task's schema, which is decided here, and its guardrail, which the agent's model judges.
 * Resolves to why it is refused, in words for whoever made it; undefined when it is taken. A guardrail that can not be
 * judged throws: it does not count as kept. `unsaid` is told on the way and takes what no step has told yet.
 */
export async function judgeOutput(
  { scope, task, agent, steps, clock, unsaid }: Production,
  output: string,
  round: number,
): Promise<string | undefined> {
  const facts = { task_id: task.id };
  if (task.outputSchema) {
    const format = { type: 'json_schema', name: 'output', schema: task.outputSchema } as const;
    const complaint = checkAnswer(format, output);
    unsaid.push(trace(agent.name, 'output_schema', complaint ?? 'fits', { ...facts, valid: !complaint }));
    if (complaint !== undefined) return complaint;
  }
  if (task.guardrail === null) return undefined;
  const work = await doWork(scope, {
    agent: { ...agent, instructions: JUDGE_INSTRUCTIONS, maxSteps: 1 },
    taskId: task.id,
    runId: `${scope.job.id}/${task.id}/${round}/guardrail`,
    steps,
    prefix: `${round}/guardrail/`,
    items: [userMessage(judgePrompt(task.guardrail, output))],
    responseFormat: { type: 'json_schema', name: 'verdict', schema: VERDICT, strict: true },
    enforce: true,
    isBare: true,
    purpose: 'guardrail',
    before: unsaid.splice(0),
    clock,
  });
  unsaid.push(...work.events);
  if (work.result.error) throw work.result.error;
  const { valid, reason } = readVerdict(work.text);
  unsaid.push(trace(agent.name, 'guardrail', valid ? 'passed' : reason, { ...facts, valid }));
  return valid ? undefined : reason;
}

/** What cannot be read is no approval. */
function readVerdict(text: string): { readonly valid: boolean; readonly reason: string } {
  const unreadable = { valid: false, reason: 'The verdict on it could not be read.' };
  try {
    const value = parseJson(text);
    if (!isJsonObject(value) || typeof value.valid !== 'boolean') return unreadable;
    const reason =
      typeof value.reason === 'string' && value.reason.trim() !== '' ? value.reason : 'It breaks the rule.';
    return { valid: value.valid, reason };
  } catch {
    return unreadable;
  }
}
