import type { CallableAgent } from '../../agents/index.ts';
import { invalid } from '../../lib/errors.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../lib/json.ts';

/** Whether a model is a crew: then `metadata.inputs` are the inputs of its job. */
export function isCrew({ id }: Pick<CallableAgent, 'id'>): boolean {
  return id.startsWith('crew_');
}

/** `metadata.inputs` of a request to a crew, an object or one as JSON text; undefined when there are none. */
export function crewInputs(agent: Pick<CallableAgent, 'id'>, metadata: unknown): JsonObject | undefined {
  if (!isCrew(agent) || !isJsonObject(metadata) || metadata.inputs === undefined) return undefined;
  const { inputs } = metadata;
  const value = typeof inputs === 'string' ? parse(inputs) : inputs;
  if (isJsonObject(value)) return value;
  throw invalid('metadata.inputs', 'must be an object, or one as JSON text');
}

function parse(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
