import type { ApiClient } from '../client/api-client.ts';
import type { Cli } from '../command.ts';
import { dollars, plural } from '../format.ts';
import { type Answer, askAgent, type Question } from './ask-agent.ts';

const MAX_QUOTE = 160;

/** Streams an answer to standard output; what it thinks, rests on and costs goes to standard error. */
export async function showAnswer(
  { out, err }: Pick<Cli, 'out' | 'err'>,
  client: ApiClient,
  question: Question,
  { signal, began }: { readonly signal: AbortSignal; readonly began?: (conversationId: string) => void },
): Promise<Answer> {
  let isThinking = false;
  let endsLine = true;
  const stopThinking = (): void => {
    if (isThinking) err.write('\n\n');
    isThinking = false;
  };
  const endLine = (): void => {
    stopThinking();
    if (!endsLine) out.line();
    endsLine = true;
  };
  try {
    const answer = await askAgent(
      client,
      question,
      {
        began: (conversationId) => began?.(conversationId),
        reasoning(text) {
          if (!isThinking) endLine();
          isThinking = true;
          err.write(err.dim(text));
        },
        text(text) {
          stopThinking();
          out.write(text);
          endsLine = text.endsWith('\n');
        },
      },
      signal,
    );
    endLine();
    for (const line of footnotes(answer)) err.line(err.dim(line));
    return answer;
  } catch (error) {
    endLine();
    throw error;
  }
}

function footnotes(answer: Answer): string[] {
  const citations = answer.citations.map(({ mark, document, quote, url }) => {
    const flat = quote.replaceAll(/\s+/g, ' ').trim();
    const shown = flat.length > MAX_QUOTE ? `${flat.slice(0, MAX_QUOTE)}…` : flat;
    return `${mark === undefined ? '·' : `[${mark}]`} ${document}: “${shown}” ${url}`;
  });
  return [
    ...new Set(citations),
    ...answer.warnings.map((warning) => `warning: ${warning}`),
    `${dollars(answer.costUsd)}, ${plural(answer.inputTokens, 'token')} in, ${answer.outputTokens} out, ${answer.conversationId}`,
  ];
}
