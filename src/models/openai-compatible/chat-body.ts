import type { Json, JsonObject } from '../../lib/json.ts';
import { isOpenAiReasoningModel } from '../model-traits.ts';
import type { ModelCall } from '../types.ts';
import { chatMessages } from './chat-messages.ts';

/** `openai`: the real one, or a gateway that speaks for it. `compatible`: everything else, where less is safer. */
export type Flavour = 'openai' | 'compatible';

export interface ChatBody {
  readonly body: string;
  readonly warnings: readonly string[];
}

/** The body of POST /chat/completions for a call. What can not be said on this wire is a warning. */
export function chatBody(model: string, flavour: Flavour, call: ModelCall, stream: boolean): ChatBody {
  const warnings: string[] = [];
  const thinks = flavour === 'openai' && isOpenAiReasoningModel(model);
  const body: Record<string, Json> = {
    model,
    messages: chatMessages(call, thinks ? 'developer' : 'system', warnings),
  };
  addParameters(body, call, thinks, warnings);
  addTools(body, call);
  addResponseFormat(body, call);
  if (stream) {
    body.stream = true;
    body.stream_options = { include_usage: true };
  }
  return { body: JSON.stringify(body), warnings };
}

function addParameters(
  body: Record<string, Json>,
  call: ModelCall,
  thinks: boolean,
  warnings: string[],
): void {
  const { parameters } = call;
  if (parameters.maxOutputTokens !== undefined) {
    body[thinks ? 'max_completion_tokens' : 'max_tokens'] = parameters.maxOutputTokens;
  }
  if (parameters.seed !== undefined) body.seed = parameters.seed;
  if (parameters.stop !== undefined && parameters.stop.length > 0) body.stop = parameters.stop;
  if (parameters.reasoningEffort !== undefined) body.reasoning_effort = parameters.reasoningEffort;
  const sampling: Record<string, number | undefined> = {
    temperature: parameters.temperature,
    top_p: parameters.topP,
    presence_penalty: parameters.presencePenalty,
    frequency_penalty: parameters.frequencyPenalty,
  };
  for (const [name, value] of Object.entries(sampling)) {
    if (value === undefined) continue;
    if (thinks) warnings.push(`${name} is not supported by this reasoning model and was not sent.`);
    else body[name] = value;
  }
}

function addTools(body: Record<string, Json>, call: ModelCall): void {
  if (call.tools.length === 0) return;
  body.tools = call.tools.map(
    (tool): JsonObject => ({
      type: 'function',
      function: {
        name: tool.name,
        description: tool.description,
        parameters: tool.parameters,
        ...(tool.strict !== undefined && { strict: tool.strict }),
      },
    }),
  );
  const choice = call.toolChoice;
  if (choice.type === 'tool') body.tool_choice = { type: 'function', function: { name: choice.name } };
  else if (choice.type !== 'auto') body.tool_choice = choice.type;
  if (call.parallelToolCalls !== undefined) body.parallel_tool_calls = call.parallelToolCalls;
}

function addResponseFormat(body: Record<string, Json>, call: ModelCall): void {
  const format = call.responseFormat;
  if (format.type === 'json_object') body.response_format = { type: 'json_object' };
  if (format.type !== 'json_schema') return;
  body.response_format = {
    type: 'json_schema',
    json_schema: {
      name: format.name,
      ...(format.description !== undefined && { description: format.description }),
      schema: format.schema,
      ...(format.strict !== undefined && { strict: format.strict }),
    },
  };
}
