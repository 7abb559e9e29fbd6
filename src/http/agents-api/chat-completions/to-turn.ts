import type { CallableAgent } from '../../../agents/index.ts';
import { invalid } from '../../../lib/errors.ts';
import { isJsonObject, type JsonObject } from '../../../lib/json.ts';
import type { ModelParameters, ResponseFormat, ToolChoice, ToolDefinition } from '../../../models/index.ts';
import type { TurnRequest } from '../../../runs/index.ts';
import { crewInputs } from '../crew-inputs.ts';
import type { ChatCompletionRequest } from './schema.ts';
import { toItems } from './to-items.ts';
import { unheardParameters } from './unheard.ts';

type Mapped = Omit<TurnRequest, 'caller' | 'agent'>;

/** A validated request as a turn, and what of it cannot be honoured, in words for the caller. */
export function toTurn(
  body: ChatCompletionRequest,
  agent: CallableAgent,
): { turn: Mapped; warnings: string[] } {
  if (body.n !== undefined && body.n !== null && body.n !== 1) {
    throw invalid('n', 'an agent gives one answer; leave n out or send 1');
  }
  const warnings = unheardParameters(body);
  const clientTools = (body.tools ?? []).map(toToolDefinition);
  const turn: Mapped = {
    items: toItems(body.messages),
    conversationId: body.conversation_id ?? undefined,
    parentTurnId: toTurnId(body.parent_message_id),
    clientTools,
    toolChoice: toToolChoice(body.tool_choice, clientTools),
    parallelToolCalls: body.parallel_tool_calls ?? undefined,
    responseFormat: toResponseFormat(body.response_format),
    parameters: mergeParameters(agent.config.parameters, body),
    endUser: body.user ?? undefined,
    inputs: crewInputs(agent, body.metadata),
    // What has been streamed cannot be taken back, so only whole answers are held to their format and tool choice.
    enforce: !(body.stream ?? false),
    stream: body.stream ?? false,
  };
  return { turn, warnings };
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
): ToolChoice {
  if (choice === null || choice === undefined) return { type: 'auto' };
  if (typeof choice === 'string') return { type: choice };
  const { name } = choice.function;
  if (!clientTools.some((tool) => tool.name === name)) {
    throw invalid('tool_choice.function.name', `'${name}' is not among the tools of this request`);
  }
  return { type: 'tool', name };
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
    ...(definition.description !== undefined && { description: definition.description }),
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
