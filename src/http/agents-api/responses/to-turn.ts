import type { CallableAgent } from '../../../agents/index.ts';
import { invalid } from '../../../lib/errors.ts';
import type { ModelParameters, ResponseFormat, ToolChoice, ToolDefinition } from '../../../models/index.ts';
import type { TurnRequest } from '../../../runs/index.ts';
import { crewInputs, isCrew } from '../crew-inputs.ts';
import { type Fields, QUIET_FIELDS, VENDOR_FIELDS, warnOfFields } from '../unheard-fields.ts';
import { type Included, toIncluded } from './includes.ts';
import { MOVED_FIELDS, refuseMoved } from './refuse-moved.ts';
import { readTools, toSchema } from './request-tools.ts';
import type { ResponseEcho } from './response-resource.ts';
import { CreateResponseBody, type CreateResponseRequest } from './schema.ts';

/** What is said of a request that has been checked, before its input and thread are looked up. */
export interface ResponsePlan extends Included {
  readonly turn: Pick<
    TurnRequest,
    | 'instructions'
    | 'clientTools'
    | 'toolChoice'
    | 'allowedTools'
    | 'maxToolCalls'
    | 'parallelToolCalls'
    | 'responseFormat'
    | 'parameters'
    | 'truncation'
    | 'endUser'
    | 'inputs'
    | 'store'
  >;
  readonly echo: ResponseEcho;
  /** What of the request is left out, for the reply's own. */
  readonly warnings: readonly string[];
  readonly obfuscate: boolean;
}

const NAMES = Object.keys(CreateResponseBody.properties);
const FIELDS: Fields = {
  heard: new Set([...NAMES, ...MOVED_FIELDS, ...QUIET_FIELDS]),
  unheard: new Map([
    ...VENDOR_FIELDS,
    ['thinking', 'send reasoning.effort'],
    ['system', 'send instructions'],
  ]),
  names: NAMES,
};

const VERBOSITY = {
  low: 'Keep the answer short.',
  medium: '',
  high: 'Answer in full detail.',
} as const;

/** Checks a request's fields; every known one is honoured, or refused with a reason. Throws validation errors that name it. */
export function toPlan(body: CreateResponseRequest, agent: CallableAgent): ResponsePlan {
  refuseMoved(body);
  refuseUnavailable(body, agent);
  const included = toIncluded(body.include ?? [], (index) => `include.${index}`);
  const { clientTools, echo: shownTools, warnings } = readTools(body.tools ?? [], agent);
  const { toolChoice, allowedTools } = toToolChoice(body.tool_choice, clientTools, agent);
  const parameters = mergeParameters(agent.config.parameters, body);
  const verbosity = body.text?.verbosity ?? undefined;
  const instructions = [body.instructions ?? '', verbosity === undefined ? '' : VERBOSITY[verbosity]]
    .filter((text) => text !== '')
    .join('\n\n');
  return {
    turn: {
      instructions: instructions === '' ? undefined : instructions,
      clientTools,
      toolChoice,
      allowedTools,
      maxToolCalls: body.max_tool_calls ?? undefined,
      parallelToolCalls: body.parallel_tool_calls ?? undefined,
      responseFormat: toResponseFormat(body),
      parameters,
      truncation: body.truncation ?? 'disabled',
      endUser: body.safety_identifier ?? body.user ?? undefined,
      inputs: crewInputs(agent, body.metadata),
      store: body.store ?? true,
    },
    echo: toEcho(body, agent, shownTools, parameters),
    warnings: [...warnOfFields(body, FIELDS), ...warnings],
    ...included,
    obfuscate: body.stream_options?.include_obfuscation ?? false,
  };
}

function refuseUnavailable(body: CreateResponseRequest, agent: CallableAgent): void {
  if (body.prompt !== undefined && body.prompt !== null) {
    throw invalid('prompt', 'stored prompts are not supported; an agent has its instructions on the server');
  }
  if (body.context_management !== undefined && body.context_management !== null) {
    throw invalid(
      'context_management',
      'is not supported; call POST /responses/compact, or send truncation: auto',
    );
  }
  if (body.top_logprobs !== undefined && body.top_logprobs !== null && body.top_logprobs > 0) {
    throw invalid('top_logprobs', 'log probabilities are not available from agents');
  }
  const metadata = Object.entries(body.metadata ?? {});
  if (metadata.length > 16) throw invalid('metadata', 'must have at most 16 keys');
  for (const [key, value] of metadata) {
    if (key.length > 64) throw invalid('metadata', 'keys have at most 64 characters');
    // They are checked as inputs.
    if (key === 'inputs' && isCrew(agent)) continue;
    if (typeof value !== 'string' || value.length > 512) {
      throw invalid(`metadata.${key}`, 'must be a text of at most 512 characters');
    }
  }
}

function toToolChoice(
  choice: CreateResponseRequest['tool_choice'],
  clientTools: readonly ToolDefinition[],
  agent: CallableAgent,
): { toolChoice: ToolChoice; allowedTools?: string[] } {
  if (choice === null || choice === undefined) return { toolChoice: { type: 'auto' } };
  const known = new Set([...clientTools.map((tool) => tool.name), ...agent.config.tools, 'knowledge_search']);
  const check = (name: string, field: string): string => {
    if (known.has(name)) return name;
    throw invalid(field, `'${name.slice(0, 64)}' is not among the tools of this request or of the agent`);
  };
  if (typeof choice === 'string') {
    return { toolChoice: { type: choice } };
  }
  if (choice.type === 'function') {
    if (choice.name === undefined) throw invalid('tool_choice.name', 'is required');
    return { toolChoice: { type: 'tool', name: check(choice.name, 'tool_choice.name') } };
  }
  if (choice.type === 'allowed_tools') {
    const tools = choice.tools ?? [];
    if (tools.length === 0) throw invalid('tool_choice.tools', 'is required');
    const allowedTools = tools.map((tool, index) => check(tool.name, `tool_choice.tools.${index}.name`));
    return { toolChoice: { type: choice.mode ?? 'auto' }, allowedTools };
  }
  throw invalid('tool_choice.type', 'must be function or allowed_tools');
}

function toResponseFormat({ text }: CreateResponseRequest): ResponseFormat {
  const format = text?.format;
  if (!format || format.type === undefined || format.type === 'text') return { type: 'text' };
  if ('json_schema' in format && format.json_schema !== null) {
    throw invalid('text.format.json_schema', 'is of Chat Completions; its fields stand beside `type` here');
  }
  // Without a schema any JSON object will do.
  if (format.type === 'json_object' || !format.schema) return { type: 'json_object' };
  return {
    type: 'json_schema',
    name: format.name ?? 'response',
    schema: toSchema(format.schema, 'text.format.schema'),
    ...(format.description && { description: format.description }),
    ...(typeof format.strict === 'boolean' && { strict: format.strict }),
  };
}

/** The request's parameters go before the agent's; the agent's bound on the length of an answer stays a bound. */
function mergeParameters(own: ModelParameters, body: CreateResponseRequest): ModelParameters {
  const asked = body.max_output_tokens ?? undefined;
  const bound = own.maxOutputTokens;
  const maxOutputTokens = asked === undefined ? bound : Math.min(asked, bound ?? asked);
  const merged = {
    temperature: body.temperature ?? own.temperature,
    topP: body.top_p ?? own.topP,
    maxOutputTokens,
    stop: own.stop,
    presencePenalty: body.presence_penalty ?? own.presencePenalty,
    frequencyPenalty: body.frequency_penalty ?? own.frequencyPenalty,
    seed: own.seed,
    reasoningEffort: body.reasoning?.effort ?? own.reasoningEffort,
  };
  // Only entries with values are left, under the same keys.
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== undefined),
  ) as ModelParameters;
}

function toEcho(
  body: CreateResponseRequest,
  agent: CallableAgent,
  tools: readonly unknown[],
  parameters: ModelParameters,
): ResponseEcho {
  const { tool_choice: choice, text, reasoning } = body;
  return {
    model: agent.id,
    previous_response_id: body.previous_response_id ?? null,
    instructions: body.instructions ?? null,
    tools,
    tool_choice: echoChoice(choice),
    truncation: body.truncation ?? 'disabled',
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    text: { format: echoFormat(body), ...(text?.verbosity && { verbosity: text.verbosity }) },
    top_p: parameters.topP ?? 1,
    presence_penalty: parameters.presencePenalty ?? 0,
    frequency_penalty: parameters.frequencyPenalty ?? 0,
    top_logprobs: 0,
    temperature: parameters.temperature ?? 1,
    reasoning: reasoning ? { effort: reasoning.effort ?? null, summary: reasoning.summary ?? null } : null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    store: body.store ?? true,
    background: body.background ?? false,
    // There is one tier; the others are taken as the wish that they are.
    service_tier: 'default',
    metadata: toTexts(body.metadata ?? {}),
    safety_identifier: body.safety_identifier ?? null,
    prompt_cache_key: body.prompt_cache_key ?? null,
  };
}

/** All values were checked to be texts, but for the inputs of a crew. */
function toTexts(metadata: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function echoChoice(choice: CreateResponseRequest['tool_choice']): unknown {
  if (choice === null || choice === undefined) return 'auto';
  if (typeof choice === 'string') return choice;
  if (choice.type === 'function') return { type: 'function', name: choice.name };
  const tools = (choice.tools ?? []).map(({ name }) => ({ type: 'function', name }));
  return { type: 'allowed_tools', tools, mode: choice.mode ?? 'auto' };
}

/** The specification shows a schema as null in the reply, whatever was sent. */
function echoFormat({ text }: CreateResponseRequest): unknown {
  const format = text?.format;
  if (!format || format.type === undefined || format.type === 'text') return { type: 'text' };
  if (format.type === 'json_object') return { type: 'json_object' };
  return {
    type: 'json_schema',
    name: format.name ?? 'response',
    description: format.description ?? null,
    schema: null,
    strict: format.strict ?? false,
  };
}
