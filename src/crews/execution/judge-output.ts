import type { JobEvent, JobSteps } from '../../engine/index.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { checkAnswer } from '../../runs/index.ts';
import type { JobScope } from './deps.ts';
import { doWork, userMessage } from './do-work.ts';
import { JUDGE_INSTRUCTIONS, judgePrompt } from './prompts.ts';
import { trace } from './traces.ts';
import type { PinnedAgent, PinnedTask } from './types.ts';

const VERDICT: JsonObject = {
  type: 'object',
  properties: {
    valid: { type: 'boolean', description: 'Whether the result keeps the rule.' },
    reason: { type: 'string', description: 'What has to change; empty when it is valid.' },
  },
  required: ['valid', 'reason'],
  additionalProperties: false,
};

/** `refused` has the reason in words for whoever made the output. */
export type Verdict = {
  readonly refused: string | undefined;
  /** What is still to be told of it. */
  readonly events: readonly JobEvent[];
};

/**
 * Holds an output against the task's schema, which is decided here, and its guardrail, which the agent's model judges.
 * A guardrail that can not be judged throws: it does not count as kept.
 */
export async function judgeOutput(
  scope: JobScope,
  task: PinnedTask,
  agent: PinnedAgent,
  output: string,
  place: { readonly steps: JobSteps; readonly round: number; readonly signal: AbortSignal },
): Promise<Verdict> {
  const events: JobEvent[] = [];
  const facts = { task_id: task.id };
  if (task.outputSchema) {
    const format = { type: 'json_schema', name: 'output', schema: task.outputSchema } as const;
    const complaint = checkAnswer(format, output);
    events.push(trace(agent.name, 'output_schema', complaint ?? 'fits', { ...facts, valid: !complaint }));
    if (complaint !== undefined) return { refused: complaint, events };
  }
  if (task.guardrail === null) return { refused: undefined, events };
  const work = await doWork(scope, {
    agent: { ...agent, instructions: JUDGE_INSTRUCTIONS, maxSteps: 1 },
    taskId: task.id,
    runId: `${scope.job.id}/${task.id}/${place.round}/guardrail`,
    steps: place.steps,
    prefix: `${place.round}/guardrail/`,
    items: [userMessage(judgePrompt(task.guardrail, output))],
    responseFormat: { type: 'json_schema', name: 'verdict', schema: VERDICT, strict: true },
    enforce: true,
    isBare: true,
    signal: place.signal,
  });
  events.push(...work.events);
  if (work.result.error) throw work.result.error;
  const verdict = readVerdict(work.text);
  events.push(
    trace(agent.name, 'guardrail', verdict.valid ? 'passed' : verdict.reason, {
      ...facts,
      valid: verdict.valid,
    }),
  );
  return { refused: verdict.valid ? undefined : verdict.reason, events };
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
