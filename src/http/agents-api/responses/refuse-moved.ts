import { invalid } from '../../../lib/errors.ts';

/** What Chat Completions calls otherwise, or has alone. Left out in silence it would change the answer. */
const MOVED: Readonly<Record<string, string>> = {
  messages: 'is of Chat Completions; send `input`',
  max_tokens: 'is of Chat Completions; send `max_output_tokens`',
  max_completion_tokens: 'is of Chat Completions; send `max_output_tokens`',
  response_format: 'is of Chat Completions; send `text.format`',
  reasoning_effort: 'is of Chat Completions; send `reasoning.effort`',
  verbosity: 'is of Chat Completions; send `text.verbosity`',
  functions: 'is of Chat Completions; send `tools`',
  function_call: 'is of Chat Completions; send `tool_choice`',
  stop: "cannot be sent with a response; set it among the agent's parameters, or use Chat Completions",
  seed: "cannot be sent with a response; set it among the agent's parameters, or use Chat Completions",
  n: 'an agent gives one answer; leave it out',
  logprobs: 'log probabilities are not available from agents',
  logit_bias: 'it is not passed on to models',
};

/** What is refused here, or asks for nothing. */
export const MOVED_FIELDS: readonly string[] = Object.keys(MOVED);

/** Values that ask for nothing but what is done anyway. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  response_format: ['{"type":"text"}'],
  functions: ['[]'],
  function_call: ['"auto"', '"none"'],
  stop: ['[]'],
  n: ['1'],
  logprobs: ['false'],
  logit_bias: ['{}'],
};

/** Throws a 400 that names the field and what to send instead. Fields that nobody knows are let through, with a warning. */
export function refuseMoved(body: object): void {
  for (const [name, reason] of Object.entries(MOVED)) {
    const value: unknown = Reflect.get(body, name);
    if (value === undefined || value === null || HARMLESS[name]?.includes(JSON.stringify(value))) continue;
    throw invalid(name, reason);
  }
}
