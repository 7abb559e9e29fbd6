import type { Json } from '../../lib/json.ts';
import { ModelCallError } from '../errors.ts';
import { cutError, garbageError, refuse, statusOfCode } from '../failures.ts';
import { parseRetryAfter } from '../retries.ts';
import { estimateUsage } from '../token-estimate.ts';
import { callErrorOfTransport } from '../transport/call-error.ts';
import {
  type Exchange,
  type ExchangeReader,
  type ExchangeRequest,
  exchange,
  type ResponseHeaders,
} from '../transport/exchange.ts';
import type { TransportError } from '../transport/transport-error.ts';
import type { ModelCall, ModelReply, ModelSink, TokenUsage } from '../types.ts';
import { ChatReader } from './chat-reader.ts';
import type { ChatModelOptions } from './create-chat-model.ts';
import { type ErrorSaid, readError } from './read-error.ts';
import { readUsage } from './read-usage.ts';
import { EventTooLarge, SseParser } from './sse-parser.ts';

interface Attempt {
  readonly call: ModelCall;
  readonly sink: ModelSink | undefined;
  readonly warnings: readonly string[];
}

const MAX_ERROR_BYTES = 64 * 1024;

/** One HTTP call. Rejects with ModelCallError; retries are the caller's matter. */
export function attemptChat(
  model: ChatModelOptions,
  request: ExchangeRequest,
  attempt: Attempt,
): Promise<ModelReply> {
  return new Promise((resolve, reject) => {
    const run = new ChatAttempt(model, attempt, resolve, reject);
    run.exchange = exchange(model.dispatcher, request, run);
  });
}

class ChatAttempt implements ExchangeReader {
  exchange: Exchange | undefined;
  readonly #model: ChatModelOptions;
  readonly #attempt: Attempt;
  readonly #resolve: (reply: ModelReply) => void;
  readonly #reject: (error: unknown) => void;
  readonly #reader: ChatReader;
  #parser: SseParser | undefined;
  /** Collected whole: an error's body, or a completion that is not streamed. */
  readonly #chunks: Buffer[] = [];
  #collected = 0;
  #status = 0;
  #retryAfterMs: number | undefined;
  #over = false;

  constructor(
    model: ChatModelOptions,
    attempt: Attempt,
    resolve: (reply: ModelReply) => void,
    reject: (error: unknown) => void,
  ) {
    this.#model = model;
    this.#attempt = attempt;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#reader = new ChatReader(attempt.sink, attempt.call.idempotencyKey);
  }

  head(status: number, headers: ResponseHeaders): void {
    this.#status = status;
    if (status < 200 || status > 299) {
      this.#retryAfterMs = parseRetryAfter(headers, this.#model.clock.now());
      return;
    }
    // Asked for a stream, some servers send one JSON; asked for one JSON, some stream. Believe what they say they send.
    const type = headers['content-type'];
    const isJson = typeof type === 'string' && /^application\/(?:[\w.+-]+\+)?json\b/i.test(type);
    const isStream = typeof type === 'string' && type.startsWith('text/event-stream');
    if (isStream || (!isJson && this.#attempt.sink !== undefined)) {
      const onEvent = (data: string) => this.#frame(data);
      this.#parser = new SseParser(onEvent, this.#model.limits.maxEventChars);
    }
  }

  data(chunk: Buffer): Promise<void> | undefined {
    if (this.#parser === undefined) {
      this.#collect(chunk);
      return undefined;
    }
    try {
      this.#parser.push(chunk);
    } catch (error) {
      if (!(error instanceof EventTooLarge)) throw error;
      this.#garbage(error.message);
    }
    return this.#over ? undefined : this.#attempt.sink?.ready?.();
  }

  end(): void {
    if (this.#over) return;
    if (this.#parser === undefined) {
      this.#endOfBody();
      return;
    }
    try {
      this.#parser.end();
    } catch (error) {
      if (!(error instanceof EventTooLarge)) throw error;
      this.#garbage(error.message);
    }
    this.#endOfStream();
  }

  error(error: TransportError): void {
    // A connection that breaks after the answer's end took nothing away.
    if (error.fault === 'cut' && this.#reader.finishReason !== undefined && !this.#over) this.#succeed();
    else this.#fail(callErrorOfTransport(error, this.#model.provider, this.#partial(), this.#shown));
  }

  get #shown(): boolean {
    return this.#reader.builder.partCount > 0;
  }

  #frame(data: string): void {
    if (this.#over) return;
    const outcome = this.#reader.frame(data);
    if (outcome === 'read') return;
    if (outcome === 'done') this.#endOfAnswer();
    else if (outcome === 'garbage') this.#garbage('an event that is not a chat completion chunk');
    else this.#saidError(outcome);
  }

  #collect(chunk: Buffer): void {
    const ok = this.#status >= 200 && this.#status <= 299;
    // Of an error only its begin is read; the rest is not worth the memory.
    if (!ok && this.#collected > MAX_ERROR_BYTES) return;
    this.#collected += chunk.length;
    this.#chunks.push(chunk);
  }

  #endOfBody(): void {
    const text = Buffer.concat(this.#chunks).toString('utf8');
    let body: Json | undefined;
    try {
      body = JSON.parse(text);
    } catch {
      body = undefined;
    }
    if (this.#status < 200 || this.#status > 299) {
      this.#refused(this.#status, body === undefined ? undefined : readError(body));
      return;
    }
    if (body === undefined) {
      this.#garbage('a body that is not JSON');
      return;
    }
    const outcome = this.#reader.chunk(body);
    if (outcome === 'garbage' || outcome === 'done') this.#garbage('a body that is not a chat completion');
    else if (outcome !== 'read') this.#saidError(outcome);
    else if (!this.#reader.answered) {
      this.#garbage('a chat completion without an answer');
    } else this.#succeed();
  }

  /** `[DONE]`: what came is all there is, whatever the reason. */
  #endOfAnswer(): void {
    if (this.#reader.answered) this.#succeed();
    else this.#garbage('a stream without an answer');
  }

  #endOfStream(): void {
    if (this.#over) return;
    if (!this.#reader.answered) this.#garbage('a stream without an answer');
    else if (this.#reader.finishReason === undefined) this.#cut();
    else this.#succeed();
  }

  /** An error inside a response that began as a success. */
  #saidError(said: ErrorSaid): void {
    this.#refused(statusOfCode(said.code), said);
  }

  #refused(status: number, said: ErrorSaid | undefined): void {
    const { provider, apiKey } = this.#model;
    const partial = this.#reader.builder.partial(this.#shown, this.#usage());
    const problem = {
      provider,
      status,
      code: said?.code,
      reason: said?.reason,
      retryAfterMs: this.#retryAfterMs,
      secrets: apiKey === undefined ? [] : [apiKey],
    };
    this.#fail(refuse(problem, partial, this.#shown));
  }

  #cut(): void {
    this.#fail(new ModelCallError('cut', this.#partial(), cutError(this.#model.provider)));
  }

  #garbage(what: string): void {
    const error = garbageError(this.#model.provider, what);
    this.#fail(new ModelCallError('garbage', this.#partial(), error));
  }

  #usage(): TokenUsage | undefined {
    return readUsage(this.#reader.usage, this.#shown);
  }

  #partial() {
    return this.#reader.builder.partial(this.#status >= 200 && this.#status <= 299, this.#usage());
  }

  #succeed(): void {
    if (this.#over) return;
    const { builder } = this.#reader;
    const usage = this.#usage() ?? estimateUsage(this.#attempt.call, builder.produced());
    const reply = builder.finish({
      finishReason: this.#reader.impliedFinish,
      usage,
      warnings: this.#attempt.warnings,
      reasoning: this.#reader.reasoning(),
    });
    this.#over = true;
    this.exchange?.release();
    this.#resolve(reply);
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.exchange?.cancel();
    this.#reject(error);
  }
}
