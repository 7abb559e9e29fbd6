import { usdNumber } from '../../../billing/index.ts';
import type { Annotation, Item } from '../../../models/index.ts';
import { joinAnswer, type RunUsage, type TurnIds, type TurnOutcome } from '../../../runs/index.ts';
import type { CallStyle } from './legacy-functions.ts';

/** The ids of a reply in the form of the chat API. */
export interface ReplyIds {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  readonly model: string;
  readonly conversation_id: string;
  readonly message_id: string;
}

export function replyIds(object: string, ids: TurnIds, agentId: string, createdAt: number): ReplyIds {
  return {
    id: `chatcmpl-${ids.uid}`,
    object,
    created: Math.floor(createdAt / 1000),
    model: agentId,
    conversation_id: ids.conversationId,
    message_id: `msg_${ids.uid}`,
  };
}

/** A turn's outcome as `chat.completion`. */
export function toCompletion(
  outcome: TurnOutcome,
  agent: { id: string; version: number },
  createdAt: number,
  warnings: readonly string[],
  callStyle: CallStyle,
): Record<string, unknown> {
  const { output } = outcome;
  const text = answerText(output);
  const refusal = textOf(output, 'refusal');
  const reasoning = output.flatMap((item) => (item.type === 'reasoning' ? [item.text] : [])).join('\n\n');
  const calls = clientCalls(output);
  return {
    ...replyIds('chat.completion', outcome, agent.id, createdAt),
    system_fingerprint: `${agent.id}@${agent.version}`,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
          refusal: refusal === '' ? null : refusal,
          ...(reasoning !== '' && { reasoning }),
          ...(calls.length > 0 && shownCalls(calls, callStyle)),
          annotations: toAnnotations(outcome.annotations, precedingText(output)),
        },
        logprobs: null,
        finish_reason: shownReason(outcome.finishReason, callStyle),
      },
    ],
    usage: toUsage(outcome.usage),
    ...(warnings.length > 0 && { warnings }),
  };
}

export function toUsage(usage: RunUsage): Record<string, unknown> {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    cost_usd: usdNumber(usage.costNanoUsd),
    ...(usage.estimated && { estimated: true }),
  };
}

/** OpenAI's `url_citation`, with the passage beside it. Offsets are into the whole answer: `before` precedes the cited text. */
export function toAnnotations(annotations: readonly Annotation[], before: string): Record<string, unknown>[] {
  const offset = before === '' ? 0 : before.length + 2;
  return annotations.map((annotation) => ({
    type: 'url_citation',
    url_citation: {
      url: annotation.url,
      title: annotation.documentName,
      start_index: annotation.startIndex + offset,
      end_index: annotation.endIndex + offset,
      document_id: annotation.documentId,
      quote: annotation.quote,
      document_start: annotation.documentStart,
      document_end: annotation.documentEnd,
    },
  }));
}

function answerText(output: readonly Item[]): string {
  return joinAnswer(assistantTexts(output));
}

/** The answer's text before its last message, which alone is cited. */
export function precedingText(output: readonly Item[]): string {
  return joinAnswer(assistantTexts(output).slice(0, -1));
}

function assistantTexts(output: readonly Item[]): string[] {
  return output.flatMap((item) => {
    if (item.type !== 'message' || item.role !== 'assistant') return [];
    const text = item.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
    return text === '' ? [] : [text];
  });
}

function textOf(output: readonly Item[], type: 'refusal'): string {
  return output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === type ? part.text : ''))
    .join('');
}

/** Why an answer ended, in the words of the request. */
export function shownReason(reason: TurnOutcome['finishReason'], callStyle: CallStyle): string {
  return reason === 'tool_calls' ? callStyle : reason;
}

function shownCalls(calls: readonly ClientCall[], callStyle: CallStyle): Record<string, unknown> {
  return callStyle === 'tool_calls' ? { tool_calls: calls } : { function_call: calls[0]?.function };
}

interface ClientCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

function clientCalls(output: readonly Item[]): ClientCall[] {
  return output.flatMap((item) =>
    item.type === 'tool_call' && item.runBy === 'client'
      ? [{ id: item.callId, type: 'function', function: { name: item.name, arguments: item.arguments } }]
      : [],
  );
}
