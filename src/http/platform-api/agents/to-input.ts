import type { AgentInput } from '../../../agents/index.ts';
import { invalid } from '../../../lib/errors.ts';
import { readOptionalUsd } from '../amounts.ts';
import type { AgentFields } from './schema.ts';

type WireParameters = NonNullable<AgentFields['parameters']>;

/** The fields of a request as the agents room takes them. Throws a 400 for a value that is given under two names. */
export function toInput(body: AgentFields): AgentInput {
  const { name, description, instructions, role, goal, backstory, tools, knowledge, metadata } = body;
  return {
    ...{ name, description, instructions, role, goal, backstory, tools, knowledge, metadata },
    model: once('llm', body.model, body.llm),
    parameters: toParameters(body),
    maxSteps: body.max_steps,
    maxCostNanoUsd: readOptionalUsd('max_cost_usd', body.max_cost_usd),
    dailyLimitNanoUsd: readOptionalUsd('daily_limit_usd', body.daily_limit_usd),
    monthlyLimitNanoUsd: readOptionalUsd('monthly_limit_usd', body.monthly_limit_usd),
    crewId: body.crew_id,
  };
}

function toParameters(body: AgentFields): AgentInput['parameters'] {
  const { parameters } = body;
  const pick = <Key extends keyof WireParameters & keyof AgentFields>(key: Key) =>
    once<WireParameters[Key] | AgentFields[Key]>(key, parameters?.[key], body[key]);
  const stop = pick('stop');
  const found = {
    temperature: pick('temperature'),
    topP: pick('top_p'),
    maxOutputTokens: pick('max_output_tokens'),
    reasoningEffort: pick('reasoning_effort'),
    stop: typeof stop === 'string' ? [stop] : stop,
    presencePenalty: parameters?.presence_penalty,
    frequencyPenalty: parameters?.frequency_penalty,
    seed: parameters?.seed,
  };
  if (Object.values(found).some((value) => value !== undefined)) return found;
  return parameters === null ? null : undefined;
}

/** `field` names the second of the two places. */
function once<T>(field: string, first: T | undefined, second: T | undefined): T | undefined {
  if (first !== undefined && second !== undefined && first !== second) {
    throw invalid(field, 'is given twice, with two values');
  }
  return second === undefined ? first : second;
}
