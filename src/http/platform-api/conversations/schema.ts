import { type Static, Type } from 'typebox';
import { isoTime } from '../../../lib/clock.ts';
import type { Conversation, FoundWords } from '../../../runs/index.ts';
import { Closed, Id, Nullable, PageQuery, PageReply, Time } from '../schemas.ts';

export const ConversationListQuery = Closed({
  ...PageQuery,
  agent_id: Type.Optional(Id),
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Words as they were written, in the title or in what was asked and answered. What was said is searched in the 5,000 conversations that were last active.',
    }),
  ),
});

export const ConversationReply = Type.Object({
  id: Type.String(),
  agent_id: Type.String({ description: 'An agent or a crew.' }),
  agent_name: Nullable(Type.String({ description: 'What it is called now; null once it is deleted.' })),
  title: Type.String(),
  turn_count: Type.Integer(),
  newest_message_id: Type.String({ description: 'Where it goes on when no parent is named.' }),
  end_user: Nullable(Type.String()),
  created_at: Time,
  updated_at: Time,
});

const FoundConversation = Type.Object({
  ...ConversationReply.properties,
  found: Nullable(
    Type.Object({
      message_id: Type.String(),
      excerpt: Type.String({ description: 'What stands around the words of `q`.' }),
    }),
  ),
});

export const ConversationList = Type.Object({
  conversations: Type.Array(FoundConversation),
  searched_conversations: Nullable(
    Type.Integer({
      description:
        'In so many conversations, the last active ones, what was said was searched for `q`; null: in all. Titles are searched in all.',
    }),
  ),
  ...PageReply,
});

const Attachment = Type.Object({
  type: Type.Enum(['image', 'file']),
  name: Nullable(Type.String()),
  url: Nullable(Type.String({ description: 'null for what was sent inside the request.' })),
});

const Message = Type.Object({
  role: Type.String(),
  content: Type.String(),
  attachments: Type.Array(Attachment),
  annotations: Type.Array(Type.Record(Type.String(), Type.Unknown())),
});

const Step = Type.Union([
  Type.Object({ type: Type.Literal('reasoning'), text: Type.String() }),
  Type.Object({
    type: Type.Literal('tool'),
    call_id: Type.String(),
    name: Type.String(),
    run_by: Type.String({ description: 'server, or client: the caller ran it.' }),
    arguments: Type.String({ description: 'As the model wrote them.' }),
    result: Nullable(Type.String()),
    is_error: Type.Boolean(),
  }),
  Type.Object({ type: Type.Literal('message'), content: Type.String() }),
]);

export const TurnReply = Type.Object({
  message_id: Type.String(),
  parent_message_id: Nullable(Type.String({ description: 'Two turns of one parent are branches.' })),
  agent_id: Type.String(),
  run_id: Type.String(),
  status: Type.String({ description: 'completed, incomplete or failed.' }),
  created_at: Time,
  messages: Type.Array(Message, {
    description: 'What was asked and what was answered, as its people saw it.',
  }),
  steps: Type.Array(Step, { description: 'How the answer came about, in order.' }),
});

export const ConversationDetail = Type.Object({
  ...ConversationReply.properties,
  turns: Type.Array(TurnReply, { description: 'Every branch, in the order in which they were made.' }),
});

export function messageId(turnId: string): string {
  return `msg_${turnId}`;
}

type Names = ReadonlyMap<string, string>;

export function toConversation(conversation: Conversation, names: Names): Static<typeof ConversationReply> {
  return {
    id: conversation.id,
    agent_id: conversation.agentId,
    agent_name: names.get(conversation.agentId) ?? null,
    title: conversation.title,
    turn_count: conversation.turnCount,
    newest_message_id: messageId(conversation.newestTurnId),
    end_user: conversation.endUser ?? null,
    created_at: isoTime(conversation.createdAt),
    updated_at: isoTime(conversation.updatedAt),
  };
}

export function toFoundConversation(
  conversation: Conversation & { readonly found?: FoundWords | undefined },
  names: Names,
): Static<typeof FoundConversation> {
  const { found } = conversation;
  return {
    ...toConversation(conversation, names),
    found: found ? { message_id: messageId(found.turnId), excerpt: found.excerpt } : null,
  };
}
