import type { ApiClient } from '../client/api-client.ts';
import { readEventStream } from '../client/event-stream.ts';
import type { Fields } from '../client/fields.ts';

/** What an answer is shown on as it comes. */
export interface AnswerSink {
  /** Once, when there is something that the conversation keeps even if the answer is stopped. */
  began(conversationId: string): void;
  text(text: string): void;
  reasoning(text: string): void;
}

export interface Answer {
  readonly text: string;
  readonly conversationId: string;
  readonly citations: readonly Citation[];
  readonly costUsd: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly warnings: readonly string[];
}

export interface Citation {
  /** The number by which the text names it, where it does. */
  readonly mark: string | undefined;
  readonly document: string;
  readonly quote: string;
  readonly url: string;
}

export interface Question {
  readonly agentId: string;
  readonly message: string;
  readonly conversationId?: string | undefined;
}

/** The longest that an answer may take. */
export const ANSWER_TIMEOUT_MS = 60 * 60_000;

export function chatBody({ agentId, message, conversationId }: Question) {
  return {
    model: agentId,
    messages: [{ role: 'user', content: message }],
    ...(conversationId !== undefined && { conversation_id: conversationId }),
  };
}

/** Streams one answer to `sink`. Throws CommandFailed, and what aborts `signal`. */
export async function askAgent(
  client: ApiClient,
  question: Question,
  sink: AnswerSink,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await client.open('POST', '/api/agents/v1/chat/completions', {
    body: { ...chatBody(question), stream: true, stream_options: { include_usage: true } },
    signal,
    timeoutMs: ANSWER_TIMEOUT_MS,
  });
  const conversationId = response.headers.get('x-conversation-id') ?? '';
  let text = '';
  let hasBegun = false;
  let annotations: readonly Fields[] = [];
  let usage: Fields | undefined;
  let warnings: readonly string[] = [];
  for await (const chunk of readEventStream(response)) {
    if (chunk.has('usage')) usage = chunk.object('usage');
    if (chunk.has('warnings')) warnings = chunk.texts('warnings');
    const delta = chunk.list('choices')[0]?.object('delta');
    if (!delta) continue;
    const reasoning = delta.textOr('reasoning', '');
    const content = delta.textOr('content', '') || delta.textOr('refusal', '');
    if (!hasBegun && reasoning + content !== '') {
      hasBegun = true;
      sink.began(conversationId);
    }
    if (reasoning !== '') sink.reasoning(reasoning);
    if (content !== '') sink.text(content);
    text += content;
    if (delta.has('annotations')) annotations = delta.list('annotations');
  }
  return {
    text,
    conversationId,
    citations: annotations.map((annotation) => toCitation(annotation.object('url_citation'), text)),
    costUsd: usage?.numberOr('cost_usd', 0) ?? 0,
    inputTokens: usage?.numberOr('prompt_tokens', 0) ?? 0,
    outputTokens: usage?.numberOr('completion_tokens', 0) ?? 0,
    warnings,
  };
}

function toCitation(citation: Fields, text: string): Citation {
  const cited = text.slice(citation.number('start_index'), citation.number('end_index'));
  return {
    mark: /\[(\d{1,4})\]\s*$/.exec(cited)?.[1],
    document: citation.text('title'),
    quote: citation.textOr('quote', ''),
    url: citation.text('url'),
  };
}
