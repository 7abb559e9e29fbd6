import type { ModelCall } from '../models/index.ts';
import type { ModelRequest } from '../runs/index.ts';

/** Of the parameters of a call, what the agents of a crew have of their own. */
const PARAMETERS = [
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['stop', 'stop'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['seed', 'seed'],
  ['reasoningEffort', 'reasoning_effort'],
] as const satisfies readonly (readonly [keyof ModelCall['parameters'], string])[];

/** A sentence for each part of a request that a crew as a model does nothing with. */
export function unusedByCrews(call: ModelCall, asked: ModelRequest): string[] {
  const { tools, responseFormat, items, instructions = '' } = call;
  const unused = [
    ...PARAMETERS.flatMap(([key, name]) => (call.parameters[key] === undefined ? [] : [name])),
    ...boundsOf(asked),
  ];
  const message = items.findLast((item) => item.type === 'message' && item.role === 'user');
  const hasMedia =
    message?.type === 'message' && message.content.some(({ type }) => type === 'image' || type === 'file');
  return [
    ...(tools.length > 0 ? ["tools (functions) are not used: a crew has its agents' own."] : []),
    ...(responseFormat.type !== 'text'
      ? ["response_format is not honoured by crews; give the crew's last task an output_schema."]
      : []),
    ...(unused.length > 0 ? [`${unused.join(', ')}: not used, a crew's agents have their own.`] : []),
    ...(instructions.trim() !== ''
      ? ['instructions are not given to crews: a job takes the text of the last user message.']
      : []),
    ...(hasMedia ? ['images and files are not given to crews: a job takes the text of the message.'] : []),
  ];
}

/** Of the request itself: a call always has a bound on its answer. */
function boundsOf({ parameters, toolChoice, maxToolCalls, parallelToolCalls }: ModelRequest): string[] {
  const isDemand = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
  return [
    ...(parameters?.maxOutputTokens === undefined ? [] : ['max_tokens (max_output_tokens)']),
    ...(isDemand ? ['tool_choice (function_call)'] : []),
    ...(maxToolCalls === undefined ? [] : ['max_tool_calls']),
    ...(parallelToolCalls === false ? ['parallel_tool_calls'] : []),
  ];
}
