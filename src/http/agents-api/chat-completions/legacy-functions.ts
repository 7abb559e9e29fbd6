import { invalid, MusterError } from '../../../lib/errors.ts';
import type { ChatCompletionRequest } from './schema.ts';

/** How calls of the caller's functions are written in a reply; the older form has room for one. */
export type CallStyle = 'tool_calls' | 'function_call';

type Tools = Pick<ChatCompletionRequest, 'tools' | 'tool_choice'>;

/** The form that a request is written in, by what it offers. */
export function callStyleOf({ functions }: Pick<ChatCompletionRequest, 'functions'>): CallStyle {
  return functions && functions.length > 0 ? 'function_call' : 'tool_calls';
}

/**
 * The tools of a request, also where it calls them by OpenAI's older names `functions` and `function_call`. Throws
 * validation errors that name these.
 */
export function toTools(body: ChatCompletionRequest): Tools {
  const { functions, function_call: choice } = body;
  if (callStyleOf(body) === 'tool_calls') {
    if (choice !== null && typeof choice === 'object') {
      throw invalid('function_call', 'needs functions; beside tools send tool_choice');
    }
    return body;
  }
  if (body.tools && body.tools.length > 0) {
    throw invalid('functions', 'are the older name of tools; send one of them');
  }
  if (body.tool_choice !== null && body.tool_choice !== undefined) {
    throw invalid('tool_choice', 'goes with tools; beside functions send function_call');
  }
  const tools = (functions ?? []).map((definition) => ({ type: 'function' as const, function: definition }));
  if (choice === null || choice === undefined || typeof choice === 'string') {
    return { tools, tool_choice: choice ?? null };
  }
  if (!tools.some((tool) => tool.function.name === choice.name)) {
    throw invalid('function_call.name', `'${choice.name}' is not among the functions of this request`);
  }
  return { tools, tool_choice: { type: 'function', function: { name: choice.name } } };
}

/** An error of a run whose request demanded a call, with the name that the demand has in the request's form. */
export function inNamesOf(style: CallStyle, error: Error): Error {
  const isRenamed =
    style === 'function_call' && error instanceof MusterError && error.details.field === 'tool_choice';
  if (!isRenamed) return error;
  const { code, spec, message, details } = error;
  return new MusterError(code, spec, message, { ...details, field: 'function_call' });
}
