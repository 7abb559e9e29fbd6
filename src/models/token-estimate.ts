import type { ProducedText } from './reply-builder.ts';
import type { ContentPart, FileData, Item, ModelCall, TokenUsage, ToolDefinition } from './types.ts';

/** Fewer than any tokenizer needs on prose and close on code, so that an estimate is rather too high. */
const BYTES_PER_TOKEN = 3.5;
/** Role markers and separators of one message, as every chat template adds. */
const TOKENS_PER_ITEM = 4;
const TOKENS_PER_IMAGE = 1_600;
const TOKENS_PER_SMALL_IMAGE = 85;
const TOKENS_PER_LINKED_FILE = 10_000;
/** A page of a PDF is some 50 KB and up to 2,000 tokens. */
const FILE_BYTES_PER_TOKEN = 25;
const LEAST_TOKENS_PER_FILE = 2_000;

/** An estimate of a text's tokens that rather errs upwards. */
export function estimateTokens(text: string): number {
  return text === '' ? 0 : Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** What a call will be charged for as input, estimated upwards: instructions, items, tools, schema, images, files. */
export function estimatePromptTokens(call: ModelCall): number {
  let tokens = TOKENS_PER_ITEM + estimateTokens(call.instructions ?? '');
  for (const item of call.items) tokens += TOKENS_PER_ITEM + estimateItem(item);
  for (const tool of call.tools) tokens += TOKENS_PER_ITEM + toolTokens(tool);
  if (call.responseFormat.type === 'json_schema') {
    tokens += estimateTokens(JSON.stringify(call.responseFormat.schema));
  }
  return tokens;
}

/** Figures for a reply whose provider gave none. */
export function estimateUsage(call: ModelCall, produced: ProducedText): TokenUsage {
  const reasoningTokens = estimateTokens(produced.reasoningText);
  return {
    inputTokens: estimatePromptTokens(call),
    cachedTokens: 0,
    outputTokens:
      reasoningTokens +
      estimateTokens(produced.text) +
      Math.ceil(produced.toolArgumentsLength / BYTES_PER_TOKEN),
    reasoningTokens,
    estimated: true,
  };
}

function toolTokens(tool: ToolDefinition): number {
  return estimateTokens(`${tool.name}${tool.description}${JSON.stringify(tool.parameters)}`);
}

function estimateItem(item: Item): number {
  switch (item.type) {
    case 'message': {
      let tokens = 0;
      for (const part of item.content) tokens += estimatePart(part);
      return tokens;
    }
    case 'tool_call':
      return estimateTokens(item.name) + estimateTokens(item.arguments);
    case 'tool_result':
      return estimateTokens(item.output);
    case 'reasoning':
      return (
        estimateTokens(item.text) +
        (item.providerData ? estimateTokens(JSON.stringify(item.providerData)) : 0)
      );
  }
}

function estimatePart(part: ContentPart): number {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return estimateTokens(part.text);
    case 'image':
      return part.detail === 'low' ? TOKENS_PER_SMALL_IMAGE : TOKENS_PER_IMAGE;
    case 'file':
      return estimateFile(part.mediaType, part.data);
  }
}

function estimateFile(mediaType: string, data: FileData): number {
  if (data.type === 'url') return TOKENS_PER_LINKED_FILE;
  const bytes = (data.base64.length * 3) / 4;
  if (mediaType.startsWith('text/')) return Math.ceil(bytes / BYTES_PER_TOKEN);
  return Math.max(LEAST_TOKENS_PER_FILE, Math.ceil(bytes / FILE_BYTES_PER_TOKEN));
}
