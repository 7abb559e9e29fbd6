import type { ContentPart, ReasoningItem, ToolResultItem } from '../../../models/index.ts';
import type { StoredItem } from '../../../runs/index.ts';
import type { Included } from './includes.ts';
import type { ContentSealer } from './sealed-content.ts';
import {
  functionCallItem,
  messageItem,
  outputText,
  reasoningItem,
  refusal,
  summaryText,
  toAnnotation,
  toolCallItem,
  type WireItem,
} from './wire-items.ts';

/** `showSteps`: calls of the agent's own tools are shown; `sealReasoning`: so is what a provider needs of its reasoning. */
export interface WireContext extends Included {
  readonly accountId: string;
  readonly sealer: ContentSealer;
}

/** Stored items as the API shows them, in order, each once. */
export function toWireItems(items: readonly StoredItem[], context: WireContext): WireItem[] {
  const results = new Map<string, ToolResultItem>();
  for (const { id, item } of items) if (item.type === 'tool_result') results.set(id, item);
  const shown: WireItem[] = [];
  for (const [index, stored] of items.entries()) {
    // The blocks of one stretch of reasoning have one id, and so have a server's call and its result.
    if (stored.item.type === 'reasoning' && items[index - 1]?.id === stored.id) continue;
    const item = toWireItem(stored, items, results, context);
    if (item) shown.push(item);
  }
  return shown;
}

function toWireItem(
  { id, item }: StoredItem,
  items: readonly StoredItem[],
  results: ReadonlyMap<string, ToolResultItem>,
  { accountId, sealer, showSteps, sealReasoning: isSealed }: WireContext,
): WireItem | undefined {
  switch (item.type) {
    case 'message': {
      if (item.isSummary) {
        const text = item.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
        return { type: 'compaction', id, encrypted_content: sealer.seal(accountId, 'compaction', text) };
      }
      const isAnswer = item.role === 'assistant';
      const content = item.content.map((part) => (isAnswer ? toOutputPart(part) : toInputPart(part)));
      return messageItem(id, item.role, 'completed', content, item.phase);
    }
    case 'tool_call': {
      if (item.runBy === 'client') return functionCallItem(id, 'completed', item);
      const result = results.get(id);
      if (!showSteps || !result) return undefined;
      return toolCallItem(id, result.isError ? 'failed' : 'completed', item, result.output);
    }
    case 'tool_result': {
      if (id.startsWith('mtc_')) return undefined;
      const { callId, output } = item;
      return { type: 'function_call_output', id, call_id: callId, output, status: 'completed' };
    }
    case 'reasoning': {
      const blocks = items.flatMap((other) =>
        other.id === id && other.item.type === 'reasoning' ? [other.item] : [],
      );
      const summary = [summaryText(blocks.map(({ text }) => text).join(''))];
      const sealed = isSealed ? sealReasoning(sealer, accountId)(blocks) : undefined;
      return reasoningItem(id, 'completed', summary, sealed);
    }
  }
}

/** Seals what a provider needs to take its reasoning back. */
export function sealReasoning(
  sealer: ContentSealer,
  accountId: string,
): (blocks: readonly ReasoningItem[]) => string {
  return (blocks) => sealer.seal(accountId, 'reasoning', JSON.stringify(blocks));
}

function toOutputPart(part: ContentPart): unknown {
  switch (part.type) {
    case 'text':
      return outputText(part.text, (part.annotations ?? []).map(toAnnotation));
    case 'refusal':
      return refusal(part.text);
    default:
      return toInputPart(part);
  }
}

function toInputPart(part: ContentPart): unknown {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'refusal':
      return refusal(part.text);
    case 'image':
      return { type: 'input_image', image_url: part.url, detail: part.detail ?? 'auto' };
    case 'file': {
      const { filename, mediaType, data } = part;
      return {
        type: 'input_file',
        ...(filename !== undefined && { filename }),
        ...(data.type === 'url'
          ? { file_url: data.url }
          : { file_data: `data:${mediaType};base64,${data.base64}` }),
      };
    }
  }
}
