import { type Static, Type } from 'typebox';

const optional = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

/** Longest text of a part, image address and file, as the specification bounds them. */
export const MAX_TEXT = 10_485_760;
export const MAX_IMAGE_URL = 20_971_520;
export const MAX_FILE_DATA = 33_554_432;
const MAX_ITEMS = 10_000;

/** Items are told apart by `type`, which clients leave out; to-items.ts checks what each needs and names what is wrong. */
const InputItem = Type.Record(Type.String(), Type.Unknown());

const functionFields = {
  name: Type.Optional(Type.String()),
  description: optional(Type.String()),
  parameters: optional(Type.Record(Type.String(), Type.Unknown())),
  strict: optional(Type.Boolean()),
};

const RequestTool = Type.Object({
  type: Type.String({ description: 'function, or namespace: functions that belong together' }),
  ...functionFields,
  tools: Type.Optional(
    Type.Array(Type.Object({ type: Type.String({ description: 'function' }), ...functionFields }), {
      maxItems: 128,
      description: 'The functions of a namespace.',
    }),
  ),
});

const ToolChoice = Type.Union([
  Type.Enum(['none', 'auto', 'required']),
  Type.Object({
    type: Type.String({ description: 'function or allowed_tools' }),
    name: Type.Optional(Type.String()),
    mode: optional(Type.Enum(['none', 'auto', 'required'])),
    tools: Type.Optional(
      Type.Array(Type.Object({ type: Type.Optional(Type.String()), name: Type.String() }), {
        minItems: 1,
        maxItems: 128,
      }),
    ),
  }),
]);

const TextFormat = Type.Object({
  type: Type.Optional(Type.Enum(['text', 'json_object', 'json_schema'])),
  name: optional(Type.String({ maxLength: 64 })),
  description: optional(Type.String()),
  schema: optional(Type.Record(Type.String(), Type.Unknown())),
  strict: optional(Type.Boolean()),
});

const Input = optional(
  Type.Union([Type.String({ maxLength: MAX_TEXT }), Type.Array(InputItem, { maxItems: MAX_ITEMS })]),
);

const shared = {
  model: Type.String({ minLength: 1, maxLength: 256, description: 'The id of an agent (or crew).' }),
  input: Input,
  previous_response_id: optional(
    Type.String({ maxLength: 512, description: 'A response id (resp_…) or a chat message_id (msg_…).' }),
  ),
  instructions: optional(
    Type.String({ maxLength: MAX_TEXT, description: "Added to the agent's own, for this response only." }),
  ),
  prompt_cache_key: optional(Type.String({ maxLength: 64 })),
};

/** The request of the Open Responses specification (2026-04-24) with OpenAI's `conversation`. Unknown fields are let through. */
export const CreateResponseBody = Type.Object(
  {
    ...shared,
    conversation: optional(Type.Union([Type.String({ maxLength: 64 }), Type.Object({ id: Type.String() })])),
    conversation_id: optional(Type.String({ maxLength: 64, description: 'The same as `conversation`.' })),
    include: optional(Type.Array(Type.String(), { maxItems: 32 })),
    tools: optional(Type.Array(RequestTool, { maxItems: 128 })),
    tool_choice: optional(ToolChoice),
    parallel_tool_calls: optional(Type.Boolean()),
    max_tool_calls: optional(Type.Integer({ minimum: 1 })),
    metadata: optional(Type.Record(Type.String(), Type.Unknown())),
    text: optional(
      Type.Object({
        format: optional(TextFormat),
        verbosity: optional(Type.Enum(['low', 'medium', 'high'])),
      }),
    ),
    temperature: optional(Type.Number({ minimum: 0, maximum: 2 })),
    top_p: optional(Type.Number({ minimum: 0, maximum: 1 })),
    presence_penalty: optional(Type.Number({ minimum: -2, maximum: 2 })),
    frequency_penalty: optional(Type.Number({ minimum: -2, maximum: 2 })),
    stream: optional(Type.Boolean()),
    stream_options: optional(Type.Object({ include_obfuscation: optional(Type.Boolean()) })),
    background: optional(Type.Boolean()),
    max_output_tokens: optional(Type.Integer({ minimum: 16 })),
    reasoning: optional(
      Type.Object({
        effort: optional(Type.Enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh'])),
        summary: optional(Type.Enum(['concise', 'detailed', 'auto'])),
      }),
    ),
    safety_identifier: optional(Type.String({ maxLength: 64 })),
    user: optional(Type.String({ maxLength: 256 })),
    truncation: optional(Type.Enum(['auto', 'disabled'])),
    store: optional(Type.Boolean()),
    service_tier: optional(Type.Enum(['auto', 'default', 'flex', 'priority'])),
    top_logprobs: optional(Type.Integer({ minimum: 0, maximum: 20 })),
    prompt: Type.Optional(Type.Unknown()),
    context_management: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: true },
);
export type CreateResponseRequest = Static<typeof CreateResponseBody>;

export const CompactBody = Type.Object(shared, { additionalProperties: true });

export const ResponseParams = Type.Object({ id: Type.String({ maxLength: 64 }) });
