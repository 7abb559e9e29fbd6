import { invalid } from '../../../lib/errors.ts';
import type { ContentPart, FileData, Item } from '../../../models/index.ts';
import type { ChatCompletionRequest } from './schema.ts';

type Message = ChatCompletionRequest['messages'][number];
type WirePart = Exclude<Message['content'], string | null | undefined>[number];

/**
 * OpenAI messages as items; calls and results of its older functions have no id yet. Throws validation errors that name
 * the message and part.
 */
export function toItems(messages: readonly Message[]): Item[] {
  const toolNames = new Map<string, string>();
  return messages.flatMap((message, index) => {
    const field = `messages.${index}`;
    switch (message.role) {
      case 'assistant':
        return assistantItems(message, field, toolNames);
      case 'tool':
        return [toolResult(message, field, toolNames)];
      case 'function':
        return [functionResult(message, field)];
      default:
        return [{ type: 'message', role: message.role, content: contentParts(message, field) }];
    }
  });
}

function assistantItems(message: Message, field: string, toolNames: Map<string, string>): Item[] {
  const items: Item[] = [];
  const content =
    message.content === undefined || message.content === null ? [] : contentParts(message, field);
  if (message.refusal) content.push({ type: 'refusal', text: message.refusal });
  const said = content.filter((part) => part.type !== 'text' || part.text !== '');
  // An empty answer is resent with its history like any other.
  const isEmptyAnswer = content.length > 0 && said.length === 0;
  if (said.length > 0) items.push({ type: 'message', role: 'assistant', content: said });
  for (const call of message.tool_calls ?? []) {
    toolNames.set(call.id, call.function.name);
    items.push({
      type: 'tool_call',
      callId: call.id,
      name: call.function.name,
      arguments: call.function.arguments,
      runBy: 'client',
    });
  }
  const { function_call: call } = message;
  if (call && !message.tool_calls?.length)
    items.push({ type: 'tool_call', callId: '', ...call, runBy: 'client' });
  if (items.length === 0 && !isEmptyAnswer)
    throw invalid(`${field}.content`, 'an assistant message needs content or tool_calls');
  return items;
}

function toolResult(message: Message, field: string, toolNames: Map<string, string>): Item {
  const callId = message.tool_call_id;
  if (!callId) throw invalid(`${field}.tool_call_id`, 'a tool message names the call that it answers');
  const output = textOf(message, field);
  return { type: 'tool_result', callId, name: toolNames.get(callId) ?? '', output, isError: false };
}

/** Of the older protocol, which knows no ids: the result of the call of that name. */
function functionResult(message: Message, field: string): Item {
  const { name } = message;
  if (!name) throw invalid(`${field}.name`, 'a function message names the function that it answers');
  const output = message.content === null ? '' : textOf(message, field);
  return { type: 'tool_result', callId: '', name, output, isError: false };
}

function textOf(message: Message, field: string): string {
  return contentParts(message, field)
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('');
}

function contentParts(message: Message, field: string): ContentPart[] {
  const { content } = message;
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!content || content.length === 0)
    throw invalid(`${field}.content`, `a ${message.role} message needs content`);
  return content.map((part, index) => contentPart(part, `${field}.content.${index}`));
}

function contentPart(part: WirePart, field: string): ContentPart {
  switch (part.type) {
    case 'text':
      if (typeof part.text !== 'string') throw invalid(`${field}.text`, 'is required for a text part');
      return { type: 'text', text: part.text };
    case 'refusal':
      if (typeof part.refusal !== 'string')
        throw invalid(`${field}.refusal`, 'is required for a refusal part');
      return { type: 'refusal', text: part.refusal };
    case 'image_url': {
      if (!part.image_url) throw invalid(`${field}.image_url`, 'is required for an image_url part');
      const { url, detail } = part.image_url;
      if (!/^(https?:\/\/|data:image\/[\w.+-]+;base64,)/i.test(url)) {
        throw invalid(`${field}.image_url.url`, 'must be an http(s) address or a data:image/…;base64, URL');
      }
      return detail ? { type: 'image', url, detail } : { type: 'image', url };
    }
    case 'file':
      return filePart(part, field);
    default:
      throw invalid(
        `${field}.type`,
        `'${part.type}' is not supported; send text, image_url, file or refusal`,
      );
  }
}

function filePart({ file }: WirePart, field: string): ContentPart {
  if (!file) throw invalid(`${field}.file`, 'is required for a file part');
  if (typeof file.file_id === 'string') {
    throw invalid(`${field}.file.file_id`, 'stored files are not supported; send file_data or file_url');
  }
  const name = typeof file.filename === 'string' ? { filename: file.filename } : {};
  if (typeof file.file_url === 'string') {
    if (!/^https?:\/\//i.test(file.file_url))
      throw invalid(`${field}.file.file_url`, 'must be an http(s) address');
    const data: FileData = { type: 'url', url: file.file_url };
    return { type: 'file', ...name, mediaType: 'application/octet-stream', data };
  }
  // OpenAI's SDKs send a data URL; a bare base64 text is what some of its examples show.
  const match = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[^,]*)?;base64,(.*)$/s.exec(file.file_data ?? '');
  const base64 = match ? match[2] : file.file_data;
  if (!base64) throw invalid(`${field}.file.file_data`, 'is required: a data:<media type>;base64,… URL');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(base64)) throw invalid(`${field}.file.file_data`, 'is not base64');
  return {
    type: 'file',
    ...name,
    mediaType: match?.[1] ?? 'application/pdf',
    data: { type: 'base64', base64 },
  };
}
