import { type Static, Type } from 'typebox';

/** SDKs send null for what is not given, at every depth. */
const optional = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

const Probability = { minimum: 0, maximum: 1 };

/** Parts are told apart by `type`; which of the other fields each needs is checked where they are mapped. */
const ContentPart = Type.Object({
  type: Type.String({ description: 'text, image_url, file or refusal' }),
  text: optional(Type.String()),
  refusal: optional(Type.String()),
  image_url: optional(
    Type.Object({ url: Type.String(), detail: optional(Type.Enum(['auto', 'low', 'high'])) }),
  ),
  file: optional(
    Type.Object({
      filename: optional(Type.String()),
      file_data: optional(Type.String({ description: 'data:<media type>;base64,… ' })),
      file_url: optional(Type.String()),
      file_id: optional(Type.String()),
    }),
  ),
});

const FunctionCall = Type.Object({ name: Type.String({ minLength: 1 }), arguments: Type.String() });

const ToolCall = Type.Object({
  id: Type.String({ minLength: 1 }),
  type: optional(Type.String()),
  function: FunctionCall,
});

const Message = Type.Object({
  role: Type.Enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: optional(Type.Union([Type.String(), Type.Array(ContentPart)])),
  name: optional(Type.String()),
  refusal: optional(Type.String()),
  tool_calls: optional(Type.Array(ToolCall)),
  tool_call_id: optional(Type.String()),
  function_call: optional(FunctionCall),
});

const FunctionDefinition = Type.Object({
  name: Type.String({ pattern: '^[a-zA-Z0-9_-]{1,64}$' }),
  description: optional(Type.String()),
  parameters: optional(Type.Record(Type.String(), Type.Unknown())),
  strict: optional(Type.Boolean()),
});

const FunctionTool = Type.Object({ type: Type.Literal('function'), function: FunctionDefinition });

const ToolChoice = Type.Union([
  Type.Enum(['none', 'auto', 'required']),
  Type.Object({
    type: Type.String({ description: 'function or allowed_tools' }),
    function: optional(Type.Object({ name: Type.String() })),
    allowed_tools: optional(
      Type.Object({
        mode: optional(Type.Enum(['auto', 'required'])),
        tools: Type.Array(Type.Object({ function: Type.Object({ name: Type.String() }) }), {
          minItems: 1,
          maxItems: 128,
        }),
      }),
    ),
  }),
]);

const ResponseFormat = Type.Object({
  type: Type.Enum(['text', 'json_object', 'json_schema']),
  json_schema: optional(
    Type.Object({
      name: Type.String(),
      description: optional(Type.String()),
      schema: optional(Type.Record(Type.String(), Type.Unknown())),
      strict: optional(Type.Boolean()),
    }),
  ),
});

/** OpenAI's request with Muster's threading. SDKs send fields that we have never heard of; those are let through. */
export const ChatCompletionBody = Type.Object(
  {
    model: Type.String({ minLength: 1, description: 'The id of an agent (or crew).' }),
    messages: Type.Array(Message, { minItems: 1, maxItems: 10_000 }),
    stream: optional(Type.Boolean()),
    stream_options: optional(Type.Object({ include_usage: optional(Type.Boolean()) })),
    tools: optional(Type.Array(FunctionTool, { maxItems: 128 })),
    tool_choice: optional(ToolChoice),
    functions: optional(
      Type.Array(FunctionDefinition, { maxItems: 128, description: "OpenAI's older name of tools." }),
    ),
    function_call: optional(
      Type.Union([Type.Enum(['none', 'auto']), Type.Object({ name: Type.String() })], {
        description: "OpenAI's older name of tool_choice; goes with functions.",
      }),
    ),
    parallel_tool_calls: optional(Type.Boolean()),
    response_format: optional(ResponseFormat),
    temperature: optional(Type.Number({ minimum: 0, maximum: 2 })),
    top_p: optional(Type.Number(Probability)),
    max_tokens: optional(Type.Integer({ minimum: 1 })),
    max_completion_tokens: optional(Type.Integer({ minimum: 1 })),
    stop: optional(Type.Union([Type.String(), Type.Array(Type.String(), { maxItems: 4 })])),
    presence_penalty: optional(Type.Number({ minimum: -2, maximum: 2 })),
    frequency_penalty: optional(Type.Number({ minimum: -2, maximum: 2 })),
    seed: optional(Type.Integer()),
    reasoning_effort: optional(Type.Enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh'])),
    n: optional(Type.Integer()),
    logprobs: optional(Type.Boolean()),
    user: optional(Type.String({ maxLength: 256 })),
    metadata: optional(Type.Record(Type.String(), Type.Unknown())),
    conversation_id: optional(Type.String({ maxLength: 64 })),
    parent_message_id: optional(Type.String({ maxLength: 64 })),
  },
  { additionalProperties: true },
);

export type ChatCompletionRequest = Static<typeof ChatCompletionBody>;
