import type { CallableAgent } from '../../../agents/index.ts';
import { invalid } from '../../../lib/errors.ts';
import { isJsonObject, type JsonObject } from '../../../lib/json.ts';
import type { ToolDefinition } from '../../../models/index.ts';
import { namespacedName } from './namespaced-names.ts';
import type { CreateResponseRequest } from './schema.ts';

type RequestTool = NonNullable<CreateResponseRequest['tools']>[number];
type FunctionTool = Omit<RequestTool, 'tools'>;

export interface RequestTools {
  readonly clientTools: readonly ToolDefinition[];
  /** As the response repeats them. */
  readonly echo: readonly unknown[];
  readonly warnings: readonly string[];
}

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
/** Dated names of it exist, and it was a preview once. */
const WEB_SEARCH = /^web_search(_preview)?(_\d{4}_\d{2}_\d{2})?$/;

/**
 * The tools of a request: functions of the caller's, alone or grouped in namespaces. Throws validation errors that name
 * the tool. A `web_search` that clients offer unasked is left out, with a warning, where others stand beside it.
 */
export function readTools(tools: readonly RequestTool[], agent: CallableAgent): RequestTools {
  const reader = new ToolReader(agent);
  const offersFunctions = tools.some(({ type }) => type === 'function' || type === 'namespace');
  for (const [index, tool] of tools.entries()) {
    const field = `tools.${index}`;
    if (tool.type === 'namespace') reader.addNamespace(tool, field);
    else if (WEB_SEARCH.test(tool.type)) reader.addWebSearch(tool.type, field, offersFunctions);
    else reader.addFunction(tool, field);
  }
  return reader;
}

class ToolReader implements RequestTools {
  readonly clientTools: ToolDefinition[] = [];
  readonly echo: unknown[] = [];
  readonly warnings: string[] = [];
  readonly #agent: CallableAgent;
  readonly #names = new Set<string>();

  constructor(agent: CallableAgent) {
    this.#agent = agent;
  }

  addFunction(tool: FunctionTool, field: string): void {
    this.#add(tool, nameOf(tool, field), field);
    this.echo.push(echoOf(tool));
  }

  addNamespace(tool: RequestTool, field: string): void {
    const namespace = nameOf(tool, field);
    const { tools = [] } = tool;
    if (tools.length === 0) throw invalid(`${field}.tools`, 'is required: the functions of the namespace');
    for (const [index, inner] of tools.entries()) {
      const place = `${field}.tools.${index}`;
      // What is said of all of them is said once, where the model reads first.
      const about = index === 0 && tool.description ? `About ${namespace}: ${tool.description}` : '';
      this.#add(inner, namespacedName(namespace, nameOf(inner, place)), place, about);
    }
    this.echo.push({
      type: 'namespace',
      name: namespace,
      description: tool.description ?? '',
      tools: tools.map(echoOf),
    });
  }

  /** The agent's own search is meant, where it has one. A request for nothing but a search cannot do without. */
  addWebSearch(type: string, field: string, isOneOfMany: boolean): void {
    if (this.#agent.config.tools.includes('web_search')) return;
    if (!isOneOfMany) throw notSupported(type, field);
    this.warnings.push(
      `${field} was left out: the agent has no web_search. Tools that run on the server are set up on it.`,
    );
  }

  #add(tool: FunctionTool, name: string, field: string, about = ''): void {
    if (this.#names.has(name)) throw invalid(`${field}.name`, `'${name}' is there twice`);
    if (this.#agent.config.tools.includes(name)) {
      throw invalid(`${field}.name`, `'${name}' is a tool of the agent's own; give yours another name`);
    }
    this.#names.add(name);
    this.clientTools.push({
      name,
      description: [about, tool.description ?? ''].filter((text) => text !== '').join('\n\n'),
      parameters: toSchema(tool.parameters ?? { type: 'object', properties: {} }, `${field}.parameters`),
      ...(typeof tool.strict === 'boolean' && { strict: tool.strict }),
    });
  }
}

/** What the validator lets through as an object is JSON: it came out of parseJson. */
export function toSchema(value: Record<string, unknown>, field: string): JsonObject {
  if (!isJsonObject(value)) throw invalid(field, 'must be a JSON Schema object');
  return value;
}

function nameOf(tool: FunctionTool, field: string): string {
  if (tool.type !== 'function' && tool.type !== 'namespace') throw notSupported(tool.type, field);
  const { name } = tool;
  if (name === undefined && 'function' in tool) {
    throw invalid(
      `${field}.name`,
      'is required here: what Chat Completions nests in `function` stands beside `type`',
    );
  }
  if (name === undefined || !NAME.test(name)) {
    throw invalid(`${field}.name`, 'must have 1 to 64 letters, digits, _ or -');
  }
  return name;
}

function notSupported(type: string, field: string): Error {
  return invalid(
    `${field}.type`,
    `'${type.slice(0, 64)}' is not supported: send function tools; tools that run on the server are set up on the agent`,
  );
}

function echoOf({ name, description, parameters, strict }: FunctionTool): Record<string, unknown> {
  return {
    type: 'function',
    name,
    description: description ?? null,
    parameters: parameters ?? null,
    strict: strict ?? null,
  };
}
