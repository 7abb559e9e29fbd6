import type { Json, JsonObject } from '../../lib/json.ts';
import type { ContentPart, Item, MessageItem, ModelCall } from '../types.ts';
import { wireOf } from './reasoning-data.ts';

type Message = Record<string, Json>;

/**
 * The `messages` of a chat completion. An assistant's reasoning, words and tool calls, separate items with us, become
 * one message, as the wire wants it.
 */
export function chatMessages(
  call: ModelCall,
  instructionsRole: 'system' | 'developer',
  warnings: string[],
): readonly JsonObject[] {
  const messages: Message[] = [];
  if (call.instructions !== undefined && call.instructions !== '') {
    messages.push({ role: instructionsRole, content: call.instructions });
  }
  let turn: AssistantTurn | undefined;
  for (const item of call.items) {
    if (isAssistant(item)) {
      turn ??= new AssistantTurn(messages);
      turn.add(item, warnings);
      continue;
    }
    turn = undefined;
    if (item.type === 'tool_result') {
      messages.push({ role: 'tool', tool_call_id: item.callId, content: item.output });
    } else if (item.type === 'message') {
      messages.push(plainMessage(item, instructionsRole, warnings));
    }
  }
  return messages;
}

function isAssistant(item: Item): boolean {
  return (
    item.type === 'reasoning' ||
    item.type === 'tool_call' ||
    (item.type === 'message' && item.role === 'assistant')
  );
}

function plainMessage(item: MessageItem, instructionsRole: string, warnings: string[]): Message {
  if (item.role !== 'user') return { role: instructionsRole, content: textOf(item) };
  const onlyText = item.content.every((part) => part.type === 'text' || part.type === 'refusal');
  if (onlyText && item.content.length <= 1) return { role: 'user', content: textOf(item) };
  return { role: 'user', content: item.content.map((part) => contentPart(part, warnings)) };
}

function textOf(item: MessageItem): string {
  let text = '';
  for (const part of item.content) {
    if (part.type === 'text' || part.type === 'refusal') text += part.text;
  }
  return text;
}

function contentPart(part: ContentPart, warnings: string[]): JsonObject {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: part.text };
    case 'image':
      return {
        type: 'image_url',
        image_url: { url: part.url, ...(part.detail !== undefined && { detail: part.detail }) },
      };
    case 'file':
      return filePart(part, warnings);
  }
}

function filePart(part: Extract<ContentPart, { type: 'file' }>, warnings: string[]): JsonObject {
  const filename = part.filename ?? 'file';
  if (part.data.type === 'url') {
    warnings.push(`The file '${filename}' was sent as its address; this provider does not fetch files.`);
    return { type: 'text', text: `File ${filename}: ${part.data.url}` };
  }
  if (part.mediaType.startsWith('text/')) {
    // Plain words reach every server; `file` parts only the few that read PDF.
    const text = Buffer.from(part.data.base64, 'base64').toString('utf8');
    return { type: 'text', text: `File ${filename}:\n${text}` };
  }
  const data = `data:${part.mediaType};base64,${part.data.base64}`;
  return { type: 'file', file: { filename, file_data: data } };
}

/** One assistant message, grown item by item. It enters the list when it has something that the wire can carry. */
class AssistantTurn {
  readonly #messages: Message[];
  readonly #message: Message = { role: 'assistant' };
  readonly #toolCalls: Json[] = [];
  #reasoningContent = '';
  #details: readonly Json[] = [];
  #text = '';
  #listed = false;

  constructor(messages: Message[]) {
    this.#messages = messages;
  }

  add(item: Item, warnings: string[]): void {
    if (item.type === 'reasoning') {
      const wire = wireOf(item);
      if (wire?.field === 'reasoning_content') this.#reasoningContent += item.text;
      if (wire?.field === 'reasoning_details') this.#details = [...this.#details, ...wire.details];
      return;
    }
    if (item.type === 'message') {
      this.#text += textOf(item);
      if (item.content.some((part) => part.type === 'image' || part.type === 'file')) {
        warnings.push(
          'An image or file in an assistant message was left out; this provider takes only text there.',
        );
      }
    }
    if (item.type === 'tool_call') {
      this.#toolCalls.push({
        id: item.callId,
        type: 'function',
        function: { name: item.name, arguments: item.arguments },
      });
    }
    this.#write();
  }

  #write(): void {
    this.#message.content = this.#text === '' && this.#toolCalls.length > 0 ? null : this.#text;
    if (this.#toolCalls.length > 0) {
      this.#message.tool_calls = this.#toolCalls;
      // Wanted back only within a round of tool calls; older servers refuse it elsewhere.
      if (this.#reasoningContent !== '') this.#message.reasoning_content = this.#reasoningContent;
    }
    if (this.#details.length > 0) this.#message.reasoning_details = this.#details;
    if (!this.#listed) this.#messages.push(this.#message);
    this.#listed = true;
  }
}
