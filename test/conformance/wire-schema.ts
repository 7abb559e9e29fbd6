import assert from 'node:assert/strict';
import { Ajv } from 'ajv';

/**
 * The shapes of the Open Responses specification, version 2026-04-24, with its unions closed: what it does not know is
 * refused. Written down from its field tables.
 */
const text = { type: 'string' };
const integer = { type: 'integer' };
const nullable = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] });
const one = (value: string): object => ({ const: value });
const oneOf = (...values: string[]): object => ({ enum: values });
const list = (items: object): object => ({ type: 'array', items });

function object(
  required: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
): object {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } };
}

const status = oneOf('in_progress', 'completed', 'incomplete');
const annotation = object({
  type: one('url_citation'),
  url: text,
  start_index: integer,
  end_index: integer,
  title: text,
});
const outputText = object({ type: one('output_text'), text, annotations: list(annotation) });
const summaryText = object({ type: one('summary_text'), text });
const part = {
  anyOf: [
    outputText,
    summaryText,
    object({ type: one('refusal'), refusal: text }),
    object({ type: one('input_text'), text }),
    object({ type: one('input_image'), image_url: nullable(text), detail: oneOf('low', 'high', 'auto') }),
    object({ type: one('input_file') }, { filename: text, file_url: text }),
  ],
};
const item = {
  anyOf: [
    object(
      {
        type: one('message'),
        id: text,
        status,
        role: oneOf('user', 'assistant', 'system', 'developer'),
        content: list(part),
      },
      { phase: oneOf('commentary', 'final_answer') },
    ),
    object({ type: one('function_call'), id: text, call_id: text, name: text, arguments: text, status }),
    object({
      type: one('function_call_output'),
      id: text,
      call_id: text,
      output: { anyOf: [text, list(part)] },
      status,
    }),
    object(
      { type: one('reasoning'), id: text, summary: list(part) },
      { content: list(part), encrypted_content: text },
    ),
    object({ type: one('compaction'), id: text, encrypted_content: text }, { created_by: text }),
  ],
};
const usage = object({
  input_tokens: integer,
  output_tokens: integer,
  total_tokens: integer,
  input_tokens_details: object({ cached_tokens: integer }),
  output_tokens_details: object({ reasoning_tokens: integer }),
});
const choice = oneOf('none', 'auto', 'required');
const functionChoice = object({ type: one('function') }, { name: text });
const effort = oneOf('none', 'low', 'medium', 'high', 'xhigh');
const resource = object({
  id: text,
  object: one('response'),
  created_at: integer,
  completed_at: nullable(integer),
  status: text,
  incomplete_details: nullable(object({ reason: text })),
  model: text,
  previous_response_id: nullable(text),
  instructions: nullable(text),
  output: list(item),
  error: nullable(object({ code: text, message: text })),
  tools: list(
    object({
      type: one('function'),
      name: text,
      description: nullable(text),
      parameters: nullable({ type: 'object' }),
      strict: nullable({ type: 'boolean' }),
    }),
  ),
  tool_choice: {
    anyOf: [
      functionChoice,
      choice,
      object({ type: one('allowed_tools'), tools: list(functionChoice), mode: choice }),
    ],
  },
  truncation: oneOf('auto', 'disabled'),
  parallel_tool_calls: { type: 'boolean' },
  text: object(
    {
      format: {
        anyOf: [
          object({ type: one('text') }),
          object({ type: one('json_object') }),
          object({
            type: one('json_schema'),
            name: text,
            description: nullable(text),
            schema: { type: 'null' },
            strict: { type: 'boolean' },
          }),
        ],
      },
    },
    { verbosity: oneOf('low', 'medium', 'high') },
  ),
  top_p: { type: 'number' },
  presence_penalty: { type: 'number' },
  frequency_penalty: { type: 'number' },
  top_logprobs: integer,
  temperature: { type: 'number' },
  reasoning: nullable(
    object({ effort: nullable(effort), summary: nullable(oneOf('concise', 'detailed', 'auto')) }),
  ),
  usage: nullable(usage),
  max_output_tokens: nullable(integer),
  max_tool_calls: nullable(integer),
  store: { type: 'boolean' },
  background: { type: 'boolean' },
  service_tier: text,
  metadata: { type: 'object' },
  safety_identifier: nullable(text),
  prompt_cache_key: nullable(text),
});

const inItem = { item_id: text, output_index: integer };
const inPart = { ...inItem, content_index: integer };
const inSummary = { ...inItem, summary_index: integer };
const EVENTS: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  'response.created': { response: resource },
  'response.queued': { response: resource },
  'response.in_progress': { response: resource },
  'response.completed': { response: resource },
  'response.failed': { response: resource },
  'response.incomplete': { response: resource },
  'response.output_item.added': { output_index: integer, item },
  'response.output_item.done': { output_index: integer, item },
  'response.content_part.added': { ...inPart, part },
  'response.content_part.done': { ...inPart, part },
  'response.output_text.delta': { ...inPart, delta: text },
  'response.output_text.done': { ...inPart, text },
  'response.output_text.annotation.added': { ...inPart, annotation_index: integer, annotation },
  'response.refusal.delta': { ...inPart, delta: text },
  'response.refusal.done': { ...inPart, refusal: text },
  'response.reasoning_summary_part.added': { ...inSummary, part },
  'response.reasoning_summary_part.done': { ...inSummary, part },
  'response.reasoning_summary_text.delta': { ...inSummary, delta: text },
  'response.reasoning_summary_text.done': { ...inSummary, text },
  'response.function_call_arguments.delta': { ...inItem, delta: text },
  'response.function_call_arguments.done': { ...inItem, arguments: text },
  error: { error: object({ type: text, code: nullable(text), message: text, param: nullable(text) }) },
};

const ajv = new Ajv({ strict: false });
const isResource = ajv.compile(resource);
const isItem = ajv.compile(item);
const isCompaction = ajv.compile(
  object({ id: text, object: one('response.compaction'), output: list(item), created_at: integer, usage }),
);
const checks = new Map(
  Object.entries(EVENTS).map(([type, fields]) => [
    type,
    ajv.compile(object({ type: one(type), sequence_number: integer, ...fields })),
  ]),
);

export function assertResource(value: unknown): void {
  assert.ok(isResource(value), `${ajv.errorsText(isResource.errors)} in ${JSON.stringify(value)}`);
}

export function assertItem(value: unknown): void {
  assert.ok(isItem(value), `${ajv.errorsText(isItem.errors)} in ${JSON.stringify(value)}`);
}

export function assertCompaction(value: unknown): void {
  assert.ok(isCompaction(value), `${ajv.errorsText(isCompaction.errors)} in ${JSON.stringify(value)}`);
}

export function assertEvent(value: { readonly type?: unknown }): void {
  const check = checks.get(String(value.type));
  assert.ok(check, `the specification has no event '${value.type}'`);
  assert.ok(check(value), `${ajv.errorsText(check.errors)} in ${JSON.stringify(value)}`);
}
