import type { Annotation } from '../../../models/index.ts';

/** An item as the API shows it. Fields that are not set are left out, never null. */
export interface WireItem {
  readonly type: string;
  readonly id: string;
  readonly [field: string]: unknown;
}

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';
export type Phase = 'commentary' | 'final_answer';

export function messageItem(
  id: string,
  role: string,
  status: ItemStatus,
  content: readonly unknown[],
  phase?: Phase,
): WireItem {
  return { type: 'message', id, status, role, content, ...(phase !== undefined && { phase }) };
}

export function outputText(text: string, annotations: readonly unknown[] = []): Record<string, unknown> {
  return { type: 'output_text', text, annotations };
}

export function refusal(text: string): Record<string, unknown> {
  return { type: 'refusal', refusal: text };
}

export function summaryText(text: string): Record<string, unknown> {
  return { type: 'summary_text', text };
}

export function reasoningItem(
  id: string,
  status: ItemStatus,
  summary: readonly unknown[],
  encryptedContent?: string,
): WireItem {
  return {
    type: 'reasoning',
    id,
    status,
    summary,
    ...(encryptedContent !== undefined && { encrypted_content: encryptedContent }),
  };
}

export function functionCallItem(
  id: string,
  status: ItemStatus,
  call: {
    readonly callId: string;
    readonly name: string;
    readonly namespace?: string;
    readonly arguments: string;
  },
): WireItem {
  return {
    type: 'function_call',
    id,
    call_id: call.callId,
    name: call.name,
    ...(call.namespace !== undefined && { namespace: call.namespace }),
    arguments: call.arguments,
    status,
  };
}

/** A call of one of the agent's own tools, with its result: shown only to who asked for `muster.steps`. */
export function toolCallItem(
  id: string,
  status: ItemStatus | 'failed',
  call: { readonly callId: string; readonly name: string; readonly arguments: string },
  output: string | null,
): WireItem {
  return {
    type: 'muster:tool_call',
    id,
    status,
    call_id: call.callId,
    name: call.name,
    arguments: call.arguments,
    output,
  };
}

export function toAnnotation(annotation: Annotation): Record<string, unknown> {
  return {
    type: 'url_citation',
    url: annotation.url,
    start_index: annotation.startIndex,
    end_index: annotation.endIndex,
    title: annotation.documentName,
    document_id: annotation.documentId,
    quote: annotation.quote,
    document_start: annotation.documentStart,
    document_end: annotation.documentEnd,
  };
}
