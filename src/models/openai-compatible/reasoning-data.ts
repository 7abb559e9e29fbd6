import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { ReasoningItem } from '../types.ts';

/**
 * How reasoning came over the wire and has to go back. `reasoning_content`: DeepSeek and its kin, which want it back
 * beside tool calls. `reasoning_details`: OpenRouter, which wants the blocks back as they were, signatures included.
 */
export type ReasoningWire =
  | { readonly field: 'reasoning' }
  | { readonly field: 'reasoning_content' }
  | { readonly field: 'reasoning_details'; readonly details: readonly Json[] };

const KEY = 'openaiCompatible';

export function reasoningItem(text: string, wire: ReasoningWire): ReasoningItem {
  // Never wanted back, so there is nothing to keep with it.
  if (wire.field === 'reasoning') return { type: 'reasoning', text };
  const providerData: JsonObject = { [KEY]: { ...wire } };
  return { type: 'reasoning', text, providerData };
}

/** How a stored reasoning item came, when it came through this adapter. */
export function wireOf(item: ReasoningItem): ReasoningWire | undefined {
  const data = item.providerData?.[KEY];
  if (!isJsonObject(data)) return undefined;
  if (data.field === 'reasoning_content') return { field: data.field };
  if (data.field === 'reasoning_details' && Array.isArray(data.details)) {
    return { field: 'reasoning_details', details: data.details };
  }
  return undefined;
}

/** The readable text of one block of `reasoning_details`. */
export function detailText(detail: Json): string {
  if (!isJsonObject(detail)) return '';
  if (typeof detail.text === 'string') return detail.text;
  return typeof detail.summary === 'string' ? detail.summary : '';
}

/** Streamed blocks come in pieces that share an index; together they are what has to go back. */
export function mergeDetail(details: JsonObject[], piece: Json): void {
  if (!isJsonObject(piece)) return;
  const at = details.findLastIndex((known) => known.type === piece.type && known.index === piece.index);
  const known = details[at];
  if (known === undefined || piece.index === undefined) {
    details.push(piece);
    return;
  }
  const merged: Record<string, Json> = { ...known };
  for (const [key, value] of Object.entries(piece)) {
    if (value === null || value === undefined) continue;
    const before = known[key];
    const grows = key === 'text' || key === 'summary' || key === 'data' || key === 'signature';
    merged[key] = grows && typeof before === 'string' && typeof value === 'string' ? before + value : value;
  }
  details[at] = merged;
}
