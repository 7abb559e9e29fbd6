import type { Static } from 'typebox';
import type { CrewTaskInput, TaskWithStatus } from '../../../crews/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import { invalid } from '../../../lib/errors.ts';
import { isJsonObject, type JsonObject } from '../../../lib/json.ts';
import type { TaskBody, TaskReply } from './schema.ts';

/** The fields of a request as the crews room takes them. */
export function toTaskInput(body: Static<typeof TaskBody>): CrewTaskInput {
  const { name, description, context, guardrail, tools, agent } = body;
  return {
    ...{ name, description, context, guardrail, tools, agent },
    expectedOutput: body.expected_output,
    async: body.async,
    humanInput: body.human_input,
    outputSchema: toSchema(body.output_schema),
    maxRetries: body.max_retries,
    timeoutMs: toMs(body.timeout_s),
    agentId: body.agent_id,
    crewId: body.crew_id,
  };
}

export function toTask(task: TaskWithStatus): Static<typeof TaskReply> {
  return {
    id: task.id,
    name: task.name === '' ? null : task.name,
    description: task.description,
    expected_output: task.expectedOutput,
    agent_id: task.agentId ?? null,
    crew_id: task.crewId ?? null,
    context: task.context ? [...task.context] : null,
    async: task.async,
    human_input: task.humanInput,
    output_schema: task.outputSchema ?? null,
    guardrail: task.guardrail ?? null,
    max_retries: task.maxRetries,
    tools: task.tools ? [...task.tools] : null,
    timeout_s: task.timeoutMs === undefined ? null : task.timeoutMs / 1000,
    status: task.status,
    created_at: isoTime(task.createdAt),
    updated_at: isoTime(task.updatedAt),
  };
}

/** Milliseconds of a `…_s` field; absent and null are passed on. */
export function toMs<Absent extends null | undefined>(seconds: number | Absent): number | Absent {
  return typeof seconds === 'number' ? Math.round(seconds * 1000) : seconds;
}

function toSchema(value: unknown): JsonObject | null | undefined {
  if (value === undefined || value === null) return value;
  // It came out of parseJson, so an object is a JSON object.
  if (!isJsonObject(value)) throw invalid('output_schema', 'must be a JSON Schema object');
  return value;
}
