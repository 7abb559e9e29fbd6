import type { Static } from 'typebox';
import { isoTime } from '../../../lib/clock.ts';
import type { Annotation, ContentPart, Item, MessageItem, ToolResultItem } from '../../../models/index.ts';
import { joinAnswer, type Turn } from '../../../runs/index.ts';
import { messageId, type TurnReply } from './schema.ts';

type Reply = Static<typeof TurnReply>;
type Message = Reply['messages'][number];
type Step = Reply['steps'][number];

/** A turn as its people saw it: what came in, the answer in one message, and beside it the steps to the answer. */
export function toTurn(turn: Turn & { readonly runId: string }): Reply {
  const asked = turn.input.flatMap((item) => (item.type === 'message' ? [toMessage(item)] : []));
  return {
    message_id: messageId(turn.id),
    parent_message_id: turn.parentId === undefined ? null : messageId(turn.parentId),
    agent_id: turn.agentId,
    run_id: turn.runId,
    status: turn.status,
    created_at: isoTime(turn.createdAt),
    messages: [...asked, ...toAnswer(turn.output)],
    steps: toSteps(turn.output),
  };
}

function toMessage({ role, content }: MessageItem): Message {
  return {
    role,
    content: textOf(content),
    attachments: content.flatMap(toAttachment),
    annotations: content
      .flatMap((part) => (part.type === 'text' ? (part.annotations ?? []) : []))
      .map(toCitation),
  };
}

/** What the model said between its tool calls reached its reader as one message. */
function toAnswer(output: readonly Item[]): Message[] {
  const said = output.filter((item) => item.type === 'message' && item.role === 'assistant');
  const messages = said.flatMap((item) => (item.type === 'message' ? [toMessage(item)] : []));
  if (messages.length === 0) return [];
  return [
    {
      role: 'assistant',
      content: joinAnswer(messages.map(({ content }) => content)),
      attachments: messages.flatMap(({ attachments }) => attachments),
      annotations: messages.flatMap(({ annotations }) => annotations),
    },
  ];
}

function toSteps(output: readonly Item[]): Step[] {
  const results = new Map(
    output.flatMap((item) => (item.type === 'tool_result' ? [[item.callId, item] as const] : [])),
  );
  return output.flatMap((item) => toStep(item, results));
}

function toStep(item: Item, results: ReadonlyMap<string, ToolResultItem>): Step[] {
  switch (item.type) {
    case 'reasoning':
      return item.text === '' ? [] : [{ type: 'reasoning', text: item.text }];
    case 'tool_call': {
      const { callId, name, runBy } = item;
      const result = results.get(callId);
      return [
        {
          type: 'tool',
          call_id: callId,
          name,
          run_by: runBy,
          arguments: item.arguments,
          result: result?.output ?? null,
          is_error: result?.isError ?? false,
        },
      ];
    }
    case 'message':
      return [{ type: 'message', content: textOf(item.content) }];
    case 'tool_result':
      return [];
  }
}

function textOf(content: readonly ContentPart[]): string {
  return content.map((part) => (part.type === 'text' || part.type === 'refusal' ? part.text : '')).join('');
}

function toAttachment(part: ContentPart): Message['attachments'] {
  switch (part.type) {
    case 'image':
      return [{ type: 'image', name: null, url: part.url.startsWith('data:') ? null : part.url }];
    case 'file':
      return [
        { type: 'file', name: part.filename ?? null, url: part.data.type === 'url' ? part.data.url : null },
      ];
    default:
      return [];
  }
}

function toCitation(annotation: Annotation): Record<string, unknown> {
  return {
    number: annotation.number ?? null,
    document_id: annotation.documentId,
    document: annotation.documentName,
    url: annotation.url,
    quote: annotation.quote,
    document_start: annotation.documentStart,
    document_end: annotation.documentEnd,
  };
}
