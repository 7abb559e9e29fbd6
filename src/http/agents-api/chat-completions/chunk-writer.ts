import type { RunEvent, TurnOutcome } from '../../../runs/index.ts';
import type { SseWriter } from '../../sse-writer.ts';
import { precedingText, type ReplyIds, shownReason, toAnnotations, toUsage } from './completion.ts';
import type { CallStyle } from './legacy-functions.ts';

/**
 * Projects a run's events onto `chat.completion.chunk` frames. The stream is opened by the first event that shows that
 * the model has answered: until then an error still has its own HTTP status.
 */
export class ChunkWriter {
  readonly #sse: SseWriter;
  readonly #head: string;
  readonly #callStyle: CallStyle;
  #roleSent = false;
  #hasText = false;
  /** Whether the next text begins a new step's, which stands apart from the text before. */
  #paragraph = false;

  constructor(sse: SseWriter, ids: ReplyIds, callStyle: CallStyle) {
    this.#sse = sse;
    this.#callStyle = callStyle;
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
        this.#call(
          { index: event.index, id: event.callId, type: 'function' },
          { name: event.name, arguments: '' },
        );
        break;
      case 'client_call.delta':
        this.#call({ index: event.index }, { arguments: event.text });
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
    const reason = shownReason(outcome.finishReason, this.#callStyle);
    this.#frame(`[{"index":0,"delta":{},"logprobs":null,"finish_reason":"${reason}"}]${warnings}`);
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

  #call(head: Record<string, unknown>, called: Record<string, string>): void {
    const delta =
      this.#callStyle === 'tool_calls'
        ? { tool_calls: [{ ...head, function: called }] }
        : { function_call: called };
    this.#delta(JSON.stringify(delta));
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
