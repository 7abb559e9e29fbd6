import { type TSchema, Type } from 'typebox';
import type { DocumentedReply } from '../../openapi/index.ts';
import { CREW_REPLIES } from '../crew-replies.ts';

/**
 * Replies for the API document. The specification of Open Responses has every item and event in full; here items are
 * open, and what Muster adds is told.
 */
const Nullable = (schema: TSchema) => Type.Union([schema, Type.Null()]);
const open = { additionalProperties: true } as const;

/** Of a response or a conversation: `message`, `function_call`, `reasoning`, … */
const Item = Type.Object({ type: Type.String(), id: Type.Optional(Type.String()) }, open);

const Usage = Type.Object({
  input_tokens: Type.Integer(),
  input_tokens_details: Type.Object({ cached_tokens: Type.Integer() }),
  output_tokens: Type.Integer(),
  output_tokens_details: Type.Object({ reasoning_tokens: Type.Integer() }),
  total_tokens: Type.Integer(),
  cost_usd: Type.Number({ description: 'What was billed, in US dollars.' }),
  estimated: Type.Optional(Type.Boolean()),
});

const Resource = Type.Object(
  {
    id: Type.String(),
    object: Type.Literal('response'),
    created_at: Type.Integer({ description: 'Seconds since 1970.' }),
    completed_at: Nullable(Type.Integer()),
    status: Type.Enum(['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled']),
    incomplete_details: Nullable(Type.Object({ reason: Type.String() })),
    model: Type.String({ description: 'The agent.' }),
    output: Type.Array(Item),
    error: Nullable(Type.Object({ code: Type.String(), message: Type.String() }, open)),
    usage: Nullable(Usage),
    previous_response_id: Nullable(Type.String()),
    instructions: Nullable(Type.String()),
    tools: Type.Array(Type.Unknown()),
    metadata: Type.Record(Type.String(), Type.String()),
    store: Type.Boolean(),
    background: Type.Boolean(),
    conversation_id: Type.Optional(Type.String({ description: 'Where the thread is, for either API.' })),
    warnings: Type.Optional(Type.Array(Type.String({ description: 'What could not be honoured.' }))),
  },
  open,
);

const json = (schema: TSchema): Readonly<Record<number, DocumentedReply>> => ({
  200: { content: { 'application/json': schema } },
});

const RUNS = { 402: {}, 404: {}, 502: {}, 504: {} };

const STREAMED: DocumentedReply = {
  description: 'The response; with `stream` its events.',
  content: { 'application/json': Resource, 'text/event-stream': Type.String() },
};

export const RESPONSE_REPLIES = { 200: STREAMED, ...RUNS, ...CREW_REPLIES };
export const STORED_RESPONSE_REPLIES = { 200: STREAMED };
export const CANCELLED_REPLIES = json(Resource);
export const COMPACTION_REPLIES = {
  ...json(
    Type.Object({
      id: Type.String(),
      object: Type.Literal('response.compaction'),
      created_at: Type.Integer(),
      output: Type.Array(Item),
      usage: Usage,
    }),
  ),
  ...RUNS,
};
export const TOKEN_COUNT_REPLIES = {
  ...json(Type.Object({ object: Type.Literal('response.input_tokens'), input_tokens: Type.Integer() })),
  404: {},
};

export const DELETED_RESPONSE_REPLIES = {
  ...json(deleted('response.deleted')),
  409: {},
};

export const ITEM_LIST_REPLIES = json(
  Type.Object({
    object: Type.Literal('list'),
    data: Type.Array(Item),
    first_id: Nullable(Type.String()),
    last_id: Nullable(Type.String()),
    has_more: Type.Boolean(),
  }),
);

export const CONVERSATION_REPLIES = json(
  Type.Object({
    id: Type.String(),
    object: Type.Literal('conversation'),
    created_at: Type.Integer(),
    metadata: Type.Record(Type.String(), Type.String()),
  }),
);
export const ITEM_REPLIES = json(Item);
export const DELETED_CONVERSATION_REPLIES = json(deleted('conversation.deleted'));

function deleted<const Name extends string>(name: Name) {
  return Type.Object({ id: Type.String(), object: Type.Literal(name), deleted: Type.Literal(true) });
}
