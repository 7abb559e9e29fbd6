import type { RunEvent, TurnOutcome } from '../../../runs/index.ts';
import type { SseWriter } from '../../sse-writer.ts';
import { precedingText, type ReplyIds, toAnnotations, toUsage } from './completion.ts';

/**
 * Projects a run's events onto `chat.completion.chunk` frames. The stream is opened by the first event that shows that
 * the model has answered: until then an error still has its own HTTP status.
 */
export class ChunkWriter {
  readonly #sse: SseWriter;
  readonly #head: string;
  #roleSent = false;
  #hasText = false;
  /** Whether the next text begins a new step's, which stands apart from the text before. */
  #paragraph = false;

  constructor(sse: SseWriter, ids: ReplyIds) {
    this.#sse = sse;
    // All chunks of a stream begin alike, so that part is made once.
    this.#head = `data: ${JSON.stringify(ids).slice(0, -1)},"choices":`;
  }

  event(event: RunEvent): void {
    switch (event.type) {
      case 'model.called':
        this.#paragraph = this.#hasText;
        break;
      case 'text.delta':
        this.#text(event.text);
        break;
      case 'reasoning.delta':
        this.#delta(`{"reasoning":${JSON.stringify(event.text)}}`);
        break;
      case 'refusal.delta':
        this.#delta(`{"refusal":${JSON.stringify(event.text)}}`);
        break;
      case 'client_call.started':
        this.#toolCall({
          index: event.index,
          id: event.callId,
          type: 'function',
          function: { name: event.name, arguments: '' },
        });
        break;
      case 'client_call.delta':
        this.#toolCall({ index: event.index, function: { arguments: event.text } });
        break;
      case 'tool.called':
        this.#begin();
        break;
      default:
        break;
    }
  }

  /** The end of an answer that is on disk. */
  finish(outcome: TurnOutcome, options: { includeUsage: boolean; warnings: readonly string[] }): void {
    if (outcome.annotations.length > 0) {
      const annotations = toAnnotations(outcome.annotations, precedingText(outcome.output));
      this.#delta(JSON.stringify({ content: '', annotations }));
    }
    this.#begin();
    const warnings = options.warnings.length > 0 ? `,"warnings":${JSON.stringify(options.warnings)}` : '';
    this.#frame(
      `[{"index":0,"delta":{},"logprobs":null,"finish_reason":"${outcome.finishReason}"}]${warnings}`,
    );
    if (options.includeUsage) this.#frame(`[],"usage":${JSON.stringify(toUsage(outcome.usage))}`);
    this.#sse.write('data: [DONE]\n\n');
    this.#sse.end();
  }

  /** An error after the stream began: its own frame, never text of the answer, and no `[DONE]`. */
  fail(body: Record<string, unknown>): void {
    this.#sse.fail(`data: ${JSON.stringify(body)}\n\n`);
  }

  #text(text: string): void {
    this.#delta(`{"content":${JSON.stringify(this.#paragraph ? `\n\n${text}` : text)}}`);
    this.#hasText = true;
    this.#paragraph = false;
  }

  #toolCall(call: Record<string, unknown>): void {
    this.#delta(JSON.stringify({ tool_calls: [call] }));
  }

  #begin(): void {
    if (this.#roleSent) return;
    this.#roleSent = true;
    this.#sse.open();
    this.#frame(
      '[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]',
    );
  }

  #delta(json: string): void {
    this.#begin();
    this.#frame(`[{"index":0,"delta":${json},"logprobs":null,"finish_reason":null}]`);
  }

  #frame(rest: string): void {
    this.#sse.write(`${this.#head}${rest}}\n\n`);
  }
}
