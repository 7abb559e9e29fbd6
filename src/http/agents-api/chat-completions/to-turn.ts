import type { CallableAgent } from '../../../agents/index.ts';
import { invalid } from '../../../lib/errors.ts';
import { isJsonObject, type JsonObject } from '../../../lib/json.ts';
import type { ModelParameters, ResponseFormat, ToolDefinition } from '../../../models/index.ts';
import type { TurnRequest } from '../../../runs/index.ts';
import { crewInputs } from '../crew-inputs.ts';
import { type CallStyle, callStyleOf, toTools } from './legacy-functions.ts';
import type { ChatCompletionRequest } from './schema.ts';
import { toItems } from './to-items.ts';
import { unheardParameters } from './unheard.ts';

type Mapped = Omit<TurnRequest, 'caller' | 'agent'>;

/** A validated request as a turn, what of it cannot be honoured, in words for the caller, and how calls are to be shown. */
export function toTurn(
  body: ChatCompletionRequest,
  agent: CallableAgent,
): { turn: Mapped; warnings: string[]; callStyle: CallStyle } {
  if (body.n !== undefined && body.n !== null && body.n !== 1) {
    throw invalid('n', 'an agent gives one answer; leave n out or send 1');
  }
  const warnings = unheardParameters(body, agent);
  const callStyle = callStyleOf(body);
  const { tools, tool_choice: toolChoice } = toTools(body);
  const clientTools = (tools ?? []).map(toToolDefinition);
  const turn: Mapped = {
    items: toItems(body.messages),
    conversationId: body.conversation_id ?? undefined,
    parentTurnId: toTurnId(body.parent_message_id),
    clientTools,
    ...toToolChoice(toolChoice, clientTools, agent),
    oneClientCall: callStyle === 'function_call',
    parallelToolCalls: body.parallel_tool_calls ?? undefined,
    responseFormat: toResponseFormat(body.response_format),
    parameters: mergeParameters(agent.config.parameters, body),
    endUser: body.user ?? undefined,
    inputs: crewInputs(agent, body.metadata),
    // What has been streamed cannot be taken back, so only whole answers are held to their format and tool choice.
    enforce: !(body.stream ?? false),
    stream: body.stream ?? false,
  };
  return { turn, warnings, callStyle };
}

/** A message id is its turn's id behind a prefix, and so is a response's: either continues the same thread. */
function toTurnId(messageId: string | null | undefined): string | undefined {
  if (messageId === null || messageId === undefined) return undefined;
  const match = /^(?:msg|resp)_(.+)$/.exec(messageId);
  if (!match) throw invalid('parent_message_id', 'must be a message_id (msg_…) or a response id (resp_…)');
  return match[1];
}

function toToolDefinition(tool: NonNullable<ChatCompletionRequest['tools']>[number]): ToolDefinition {
  const { name, description, parameters, strict } = tool.function;
  return {
    name,
    description: description ?? '',
    parameters: toJsonObject(parameters ?? { type: 'object', properties: {} }),
    ...(typeof strict === 'boolean' && { strict }),
  };
}

function toToolChoice(
  choice: ChatCompletionRequest['tool_choice'],
  clientTools: readonly ToolDefinition[],
  agent: CallableAgent,
): Pick<Mapped, 'toolChoice' | 'allowedTools'> {
  if (choice === null || choice === undefined) return { toolChoice: { type: 'auto' } };
  if (typeof choice === 'string') return { toolChoice: { type: choice } };
  const own = clientTools.map((tool) => tool.name);
  if (choice.type === 'function') {
    if (!choice.function) throw invalid('tool_choice.function', 'is required for type function');
    const { name } = choice.function;
    if (!own.includes(name)) {
      throw invalid('tool_choice.function.name', `'${name}' is not among the tools of this request`);
    }
    return { toolChoice: { type: 'tool', name } };
  }
  if (choice.type !== 'allowed_tools') throw invalid('tool_choice.type', 'must be function or allowed_tools');
  if (!choice.allowed_tools) throw invalid('tool_choice.allowed_tools', 'is required for type allowed_tools');
  const known = new Set([...own, ...agent.config.tools, 'knowledge_search']);
  const allowedTools = choice.allowed_tools.tools.map((tool, index) => {
    const { name } = tool.function;
    if (known.has(name)) return name;
    throw invalid(
      `tool_choice.allowed_tools.tools.${index}.function.name`,
      `'${name}' is not among the tools of this request or of the agent`,
    );
  });
  return { toolChoice: { type: choice.allowed_tools.mode ?? 'auto' }, allowedTools };
}

function toResponseFormat(format: ChatCompletionRequest['response_format']): ResponseFormat {
  if (!format || format.type === 'text') return { type: 'text' };
  if (format.type === 'json_object') return { type: 'json_object' };
  const { json_schema: definition } = format;
  if (!definition) throw invalid('response_format.json_schema', 'is required for type json_schema');
  return {
    type: 'json_schema',
    name: definition.name,
    schema: toJsonObject(definition.schema ?? { type: 'object' }),
    ...(typeof definition.description === 'string' && { description: definition.description }),
    ...(typeof definition.strict === 'boolean' && { strict: definition.strict }),
  };
}

/** The request's parameters go before the agent's; the agent's bound on the length of an answer stays a bound. */
function mergeParameters(own: ModelParameters, body: ChatCompletionRequest): ModelParameters {
  const asked = body.max_completion_tokens ?? body.max_tokens ?? undefined;
  const bound = own.maxOutputTokens;
  const maxOutputTokens = asked === undefined ? bound : Math.min(asked, bound ?? asked);
  const stop = typeof body.stop === 'string' ? [body.stop] : (body.stop ?? own.stop);
  return withoutUndefined({
    temperature: body.temperature ?? own.temperature,
    topP: body.top_p ?? own.topP,
    maxOutputTokens,
    stop,
    presencePenalty: body.presence_penalty ?? own.presencePenalty,
    frequencyPenalty: body.frequency_penalty ?? own.frequencyPenalty,
    seed: body.seed ?? own.seed,
    reasoningEffort: body.reasoning_effort ?? own.reasoningEffort,
  });
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(values: T): Defined<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  // Only entries with values are left, under the keys of T.
  return Object.fromEntries(entries) as Defined<T>;
}

/** What Type.Record(Unknown) lets through is JSON: it came out of parseJson. */
function toJsonObject(value: Record<string, unknown>): JsonObject {
  if (!isJsonObject(value)) throw invalid('tools', 'parameters must be a JSON Schema object');
  return value;
}
