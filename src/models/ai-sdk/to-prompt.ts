import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4TextPart,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import type { ContentPart, Item, MessageItem, ModelCall } from '../types.ts';
import { optionsOfReasoning, optionsOfToolCalls } from './provider-data.ts';

type AssistantContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'];
type UserContent = Extract<LanguageModelV4Message, { role: 'user' }>['content'];

/**
 * A call's items as the prompt of a provider package. `metadataKey` is the name under which the provider keeps what it
 * wants back. System messages go to the front: Google refuses them elsewhere, and their order among themselves stays.
 */
export function toPrompt(call: ModelCall, metadataKey: string): LanguageModelV4Prompt {
  const system: LanguageModelV4Message[] = [];
  const prompt: LanguageModelV4Message[] = [];
  const toolCallOptions = new Map<string, SharedV4ProviderOptions>();
  if (call.instructions) system.push({ role: 'system', content: call.instructions });
  for (const item of call.items) {
    switch (item.type) {
      case 'message':
        if (item.role === 'user') prompt.push({ role: 'user', content: item.content.map(userPart) });
        else if (item.role === 'assistant') pushText(assistantOf(prompt), item);
        else system.push({ role: 'system', content: textOf(item) });
        break;
      case 'reasoning':
        for (const [id, options] of optionsOfToolCalls(item, metadataKey)) toolCallOptions.set(id, options);
        pushReasoning(prompt, item, metadataKey);
        break;
      case 'tool_call': {
        const options = toolCallOptions.get(item.callId);
        assistantOf(prompt).push({
          type: 'tool-call',
          toolCallId: item.callId,
          toolName: item.name,
          input: parsed(item.arguments),
          ...(options && { providerOptions: options }),
        });
        break;
      }
      case 'tool_result':
        pushResult(prompt, item);
        break;
    }
  }
  return [...system, ...prompt];
}

/** The open assistant message, or a new one: reasoning, words and calls of one step are one message there. */
function assistantOf(prompt: LanguageModelV4Message[]): AssistantContent {
  const last = prompt.at(-1);
  if (last?.role === 'assistant') return last.content;
  const content: AssistantContent = [];
  prompt.push({ role: 'assistant', content });
  return content;
}

function pushText(content: AssistantContent, item: MessageItem): void {
  const text = textOf(item);
  if (text !== '') content.push({ type: 'text', text });
}

/** Reasoning without the provider's own mark is of no use to it, and some refuse it. */
function pushReasoning(
  prompt: LanguageModelV4Message[],
  item: Extract<Item, { type: 'reasoning' }>,
  metadataKey: string,
): void {
  const options = optionsOfReasoning(item, metadataKey);
  if (options) assistantOf(prompt).push({ type: 'reasoning', text: item.text, providerOptions: options });
}

function pushResult(prompt: LanguageModelV4Message[], item: Extract<Item, { type: 'tool_result' }>): void {
  const part = {
    type: 'tool-result' as const,
    toolCallId: item.callId,
    toolName: item.name,
    output: { type: item.isError ? ('error-text' as const) : ('text' as const), value: item.output },
  };
  const last = prompt.at(-1);
  if (last?.role === 'tool') last.content.push(part);
  else prompt.push({ role: 'tool', content: [part] });
}

/** What a model once wrote may be no JSON; its own provider still wants an object. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { arguments: text };
  }
}

function textOf(item: MessageItem): string {
  let text = '';
  for (const part of item.content) if (part.type === 'text' || part.type === 'refusal') text += part.text;
  return text;
}

function userPart(part: ContentPart): UserContent[number] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: part.text };
    case 'image':
      return imagePart(part.url);
    case 'file':
      return filePart(part);
  }
}

function imagePart(url: string): LanguageModelV4FilePart {
  const inline = /^data:([\w.+-]+\/[\w.+-]+)(?:;[\w=.-]+)*;base64,(.*)$/s.exec(url);
  if (inline?.[1] !== undefined && inline[2] !== undefined) {
    return { type: 'file', mediaType: inline[1], data: { type: 'data', data: inline[2] } };
  }
  return { type: 'file', mediaType: mediaTypeOf(url), data: { type: 'url', url: new URL(url) } };
}

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
};

/** Google asks for a full media type with an address; the ending tells, else the most common one is a good guess. */
function mediaTypeOf(url: string): string {
  const ending = /\.(\w{3,4})$/.exec(new URL(url).pathname.toLowerCase())?.[1] ?? '';
  return IMAGE_TYPES[ending] ?? 'image/jpeg';
}

function filePart(
  part: Extract<ContentPart, { type: 'file' }>,
): LanguageModelV4FilePart | LanguageModelV4TextPart {
  const name = part.filename === undefined ? {} : { filename: part.filename };
  if (part.data.type === 'url') {
    return {
      type: 'file',
      mediaType: part.mediaType,
      data: { type: 'url', url: new URL(part.data.url) },
      ...name,
    };
  }
  if (part.mediaType.startsWith('text/')) {
    // Text files are words to every model; as files only some take them.
    const text = Buffer.from(part.data.base64, 'base64').toString('utf8');
    return { type: 'text', text: `File ${part.filename ?? 'file'}:\n${text}` };
  }
  return { type: 'file', mediaType: part.mediaType, data: { type: 'data', data: part.data.base64 }, ...name };
}
