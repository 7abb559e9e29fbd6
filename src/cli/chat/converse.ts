import { createInterface } from 'node:readline';
import type { ApiClient } from '../client/api-client.ts';
import type { Cli } from '../command.ts';
import { showAnswer } from './show-answer.ts';

/**
 * Talks with an agent line by line in one conversation until Ctrl-D. Ctrl-C stops the answer that is coming; what there
 * is of it stays in the conversation.
 */
export async function converse(
  cli: Pick<Cli, 'input' | 'out' | 'err'>,
  client: ApiClient,
  start: { readonly agentId: string; readonly conversationId: string | undefined },
): Promise<void> {
  const { input, err } = cli;
  const reader = createInterface({ input, output: err.stream, terminal: true, prompt: '> ' });
  let { conversationId } = start;
  let answering: AbortController | undefined;

  reader.on('SIGINT', () => {
    if (answering) {
      answering.abort();
      return;
    }
    err.line(err.dim('^C  (Ctrl-D leaves)'));
    reader.write(null, { ctrl: true, name: 'u' });
    reader.prompt();
  });

  async function answer(message: string): Promise<void> {
    answering = new AbortController();
    const { signal } = answering;
    try {
      const question = { agentId: start.agentId, message, conversationId };
      await showAnswer(cli, client, question, {
        signal,
        began: (id) => {
          conversationId = id;
        },
      });
    } catch (error) {
      // One failed question does not end the conversation.
      const reason = error instanceof Error ? error.message : String(error);
      err.line(signal.aborted ? err.dim('stopped') : `muster: ${reason}`);
    } finally {
      answering = undefined;
    }
  }

  reader.prompt();
  // Lines that are typed while an answer comes wait for their turn.
  for await (const line of reader) {
    if (line.trim() !== '') await answer(line.trim());
    reader.prompt();
  }
  err.line();
}
