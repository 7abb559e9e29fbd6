import { Type } from 'typebox';
import type { DocumentedReply } from '../../openapi/index.ts';
import { CREW_REPLIES } from '../crew-replies.ts';

const NullableText = Type.Union([Type.String(), Type.Null()]);

const Annotation = Type.Object({
  type: Type.Literal('url_citation'),
  url_citation: Type.Object({
    url: Type.String({ description: 'Opens the passage.' }),
    title: Type.String(),
    start_index: Type.Integer({ description: 'Where in the answer what is cited begins.' }),
    end_index: Type.Integer(),
    document_id: Type.String(),
    quote: Type.String(),
    document_start: Type.Integer(),
    document_end: Type.Integer(),
  }),
});

const ToolCall = Type.Object({
  id: Type.String(),
  type: Type.Literal('function'),
  function: Type.Object({ name: Type.String(), arguments: Type.String() }),
});

const Usage = Type.Object({
  prompt_tokens: Type.Integer(),
  completion_tokens: Type.Integer(),
  total_tokens: Type.Integer(),
  prompt_tokens_details: Type.Object({ cached_tokens: Type.Integer() }),
  completion_tokens_details: Type.Object({ reasoning_tokens: Type.Integer() }),
  cost_usd: Type.Number({ description: 'What was billed, in US dollars.' }),
  estimated: Type.Optional(
    Type.Boolean({ description: 'Some figures were counted from the text; the provider gave none.' }),
  ),
});

const ChatCompletion = Type.Object({
  id: Type.String(),
  object: Type.Literal('chat.completion'),
  created: Type.Integer({ description: 'Seconds since 1970.' }),
  model: Type.String({ description: 'The agent.' }),
  conversation_id: Type.String({ description: 'Send it to continue the thread.' }),
  message_id: Type.String({ description: 'Send it as parent_message_id to branch off here.' }),
  system_fingerprint: Type.String({ description: 'The agent and its version.' }),
  choices: Type.Array(
    Type.Object({
      index: Type.Integer(),
      message: Type.Object({
        role: Type.Literal('assistant'),
        content: NullableText,
        refusal: NullableText,
        reasoning: Type.Optional(Type.String({ description: 'What the model thought, where it says so.' })),
        tool_calls: Type.Optional(
          Type.Array(ToolCall, { description: 'Of the tools that the request brought.' }),
        ),
        function_call: Type.Optional(
          Type.Object(
            { name: Type.String(), arguments: Type.String() },
            { description: 'Of the functions that the request brought, in their older form.' },
          ),
        ),
        annotations: Type.Array(Annotation, { description: 'Where the answer cites documents.' }),
      }),
      logprobs: Type.Null(),
      finish_reason: Type.String({
        description: 'stop, length, tool_calls, function_call or content_filter.',
      }),
    }),
  ),
  usage: Usage,
  warnings: Type.Optional(Type.Array(Type.String({ description: 'What could not be honoured.' }))),
});

/** For the API document only: replies are made field by field, and checking them again would cost every call. */
export const CHAT_REPLIES: Readonly<Record<number, DocumentedReply>> = {
  200: {
    description:
      'The answer; with `stream: true` as `chat.completion.chunk` events, closed by `data: [DONE]`.',
    content: {
      'application/json': ChatCompletion,
      'text/event-stream': Type.String(),
    },
  },
  ...{ 402: {}, 404: {}, 502: {}, 504: {} },
  ...CREW_REPLIES,
};
