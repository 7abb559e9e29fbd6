import { ApiError } from '../api/api-error.ts';
import { readEvents } from '../api/read-events.ts';
import { isRecord } from '../ui/kept-text.ts';

/** One thing that the agent did on the way to its answer. */
export type Step =
  | { readonly type: 'reasoning'; readonly text: string }
  | {
      readonly type: 'model';
      readonly model: string;
      readonly tokens?: { readonly input: number; readonly output: number };
      readonly costUsd?: number;
      readonly durationMs?: number;
    }
  | {
      readonly type: 'tool';
      readonly callId: string;
      readonly name: string;
      readonly arguments: string;
      readonly output?: string;
      readonly isError?: boolean;
      readonly costUsd?: number;
      readonly durationMs?: number;
    };

export interface Citation {
  readonly document: string;
  readonly url: string;
  readonly quote: string;
  /** As the answer names it: `[1]`. */
  readonly number: number | null;
}

/** An answer as far as it has come. */
export interface Answer {
  readonly text: string;
  readonly steps: readonly Step[];
  readonly citations: readonly Citation[];
  readonly warnings: readonly string[];
  readonly costUsd?: number;
  readonly isComplete: boolean;
}

export const NO_ANSWER: Answer = { text: '', steps: [], citations: [], warnings: [], isComplete: false };

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** The answer, again and again as it grows. Throws an ApiError with whatever ended it early. */
export async function* tryAgent(
  agentId: string,
  body: { messages: readonly Message[]; draft?: object },
  signal: AbortSignal,
): AsyncGenerator<Answer> {
  let answer = NO_ANSWER;
  for await (const { data } of readEvents(`/agents/${agentId}/try`, { body, signal })) {
    if (!isRecord(data)) continue;
    if (data.type === 'error') throw new ApiError(0, isRecord(data.error) ? data.error : {});
    answer = grow(answer, data);
    yield answer;
  }
  if (!answer.isComplete) throw new ApiError(0, { message: 'The connection ended before the answer did.' });
}

function grow(answer: Answer, event: Record<string, unknown>): Answer {
  const { steps } = answer;
  switch (event.type) {
    case 'text':
      return { ...answer, text: answer.text + String(event.text) };
    case 'reasoning': {
      const last = steps.at(-1);
      if (last?.type !== 'reasoning')
        return { ...answer, steps: [...steps, { type: 'reasoning', text: String(event.text) }] };
      return { ...answer, steps: [...steps.slice(0, -1), { ...last, text: last.text + String(event.text) }] };
    }
    case 'model_called': {
      // What is said between tool calls is one answer, in paragraphs.
      const text = answer.text === '' || answer.text.endsWith('\n\n') ? answer.text : `${answer.text}\n\n`;
      return { ...answer, text, steps: [...steps, { type: 'model', model: String(event.model) }] };
    }
    case 'model_answered': {
      const at = steps.findLastIndex(({ type }) => type === 'model');
      return {
        ...answer,
        steps: steps.map((step, index) =>
          index === at && step.type === 'model'
            ? {
                ...step,
                tokens: { input: Number(event.input_tokens), output: Number(event.output_tokens) },
                costUsd: Number(event.cost_usd),
                durationMs: Number(event.duration_ms),
              }
            : step,
        ),
      };
    }
    case 'tool_called': {
      const { call_id, name, arguments: given } = event;
      const step = {
        type: 'tool',
        callId: String(call_id),
        name: String(name),
        arguments: String(given),
      } as const;
      return { ...answer, steps: [...steps, step] };
    }
    case 'tool_completed':
      return {
        ...answer,
        steps: steps.map((step) =>
          step.type === 'tool' && step.callId === event.call_id
            ? {
                ...step,
                output: String(event.output),
                isError: event.is_error === true,
                costUsd: Number(event.cost_usd),
                durationMs: Number(event.duration_ms),
              }
            : step,
        ),
      };
    case 'completed':
      return {
        ...answer,
        text: String(event.text),
        citations: Array.isArray(event.citations) ? event.citations.filter(isRecord).map(toCitation) : [],
        warnings: Array.isArray(event.warnings) ? event.warnings.map(String) : [],
        costUsd: isRecord(event.usage) ? Number(event.usage.cost_usd) : 0,
        isComplete: true,
      };
    default:
      // Of a newer server; what it tells is not needed to show the answer.
      return answer;
  }
}

export function toCitation({ document, url, quote, number }: Record<string, unknown>): Citation {
  return {
    document: String(document),
    url: String(url),
    quote: String(quote),
    number: typeof number === 'number' ? number : null,
  };
}
