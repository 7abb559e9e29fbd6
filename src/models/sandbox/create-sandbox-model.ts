import { createHash } from 'node:crypto';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { TimeLimitReached, withinTime } from '../../lib/time-limit.ts';
import { ModelCallError } from '../errors.ts';
import { cutError, refuse } from '../failures.ts';
import { ReplyBuilder } from '../reply-builder.ts';
import type { ChatModel, Item, ModelCall, ModelReply, ModelSink, TokenUsage } from '../types.ts';
import { type Decision, decideReply } from './decide-reply.ts';
import { boundSpeech, piecesOf, type Speech, sandboxTokens } from './speak.ts';

const SANDBOX_MODEL = 'sandbox';

/** Between this many parts other work gets its turn: a million chunks must not stop the server. */
const PARTS_PER_TURN = 64;
const CHARS_PER_IMAGE = 4_000;

/**
 * The built-in model: free, without network and without chance. It is spoken to like any other, so everything around a
 * model can be tried and tested with it. CONTRACT section 5 says what it answers; sandbox/directives.ts how it is scripted.
 */
export function createSandboxModel(
  sleep: (ms: number, signal: AbortSignal) => Promise<void> = (ms, signal) =>
    delay(ms, undefined, { signal }),
): ChatModel {
  return {
    id: SANDBOX_MODEL,
    async call(
      call: ModelCall,
      { signal, sink }: { signal: AbortSignal; sink?: ModelSink },
    ): Promise<ModelReply> {
      const speaker = new Speaker(call, signal, sink);
      const decision = decide(call, speaker);
      speaker.throwIfAborted();
      if (decision.waitMs > 0) await speaker.wait(() => sleep(decision.waitMs, signal));
      if (decision.failStatus !== undefined) throw speaker.failure(decision.failStatus);
      return await speaker.speak(decision);
    },
  };
}

/** A million tokens, as it counts them. */
const MAX_MESSAGE_CHARS = 4_000_000;
const DECIDE_MS = 500;
const TOO_LONG = `An answer to this message, in the form that is asked for, was not found within ${DECIDE_MS} ms`;

/** A schema of a few KB can describe more than a universe of instances: that is refused, as a provider would. */
function decide(call: ModelCall, speaker: Speaker): Decision {
  const last = call.items.findLast((item) => item.type === 'message' && item.role === 'user');
  const chars = last ? itemChars(last) : 0;
  if (chars > MAX_MESSAGE_CHARS) {
    const reason = `the message has ${chars.toLocaleString('en-US')} characters, and '${SANDBOX_MODEL}' reads up to ${MAX_MESSAGE_CHARS.toLocaleString('en-US')} in one`;
    throw speaker.failure(400, reason, 'context_length_exceeded');
  }
  try {
    return withinTime(DECIDE_MS, () => decideReply(call));
  } catch (error) {
    throw error instanceof TimeLimitReached ? speaker.failure(400, TOO_LONG) : error;
  }
}

class Speaker {
  readonly #call: ModelCall;
  readonly #signal: AbortSignal;
  readonly #sink: ModelSink | undefined;
  readonly #builder: ReplyBuilder;

  constructor(call: ModelCall, signal: AbortSignal, sink: ModelSink | undefined) {
    this.#call = call;
    this.#signal = signal;
    this.#sink = sink;
    this.#builder = new ReplyBuilder(sink);
  }

  throwIfAborted(): void {
    if (this.#signal.aborted) throw new ModelCallError('aborted', this.#partial());
  }

  async wait(sleep: () => Promise<void>): Promise<void> {
    try {
      await sleep();
    } catch (error) {
      this.throwIfAborted();
      throw error;
    }
  }

  /** The same error that a provider with this status would give. Not retryable: it would say the same again. */
  failure(status: number, reason = `[[fail ${status}]]`, code?: string): ModelCallError {
    const problem = {
      provider: SANDBOX_MODEL,
      status,
      reason,
      ...(code !== undefined && { code }),
      ...(status === 429 && { retryAfterMs: 1_000 }),
    };
    const { failure, error } = refuse(problem, this.#builder.partial(false), false);
    return new ModelCallError(failure, this.#builder.partial(false), error);
  }

  async speak(decision: Decision): Promise<ModelReply> {
    const { parameters } = this.#call;
    const speech = boundSpeech(decision, parameters.stop ?? [], parameters.maxOutputTokens);
    const thoughts = piecesOf(speech.thought, undefined);
    const words = piecesOf(speech.text, decision.chunks);
    await this.#each(thoughts, (piece) => this.#builder.reasoning(piece));
    const shown = decision.cut ? Math.max(1, Math.floor(words.length / 2)) : words.length;
    await this.#each(words.slice(0, shown), (piece) => this.#builder.text(piece));
    if (decision.cut) throw new ModelCallError('cut', this.#partial(), cutError(SANDBOX_MODEL));
    this.#callTools(speech);
    this.throwIfAborted();
    return this.#builder.finish({
      finishReason: speech.cutByLength ? 'length' : speech.calls.length > 0 ? 'tool_calls' : 'stop',
      usage: this.#usage(),
      warnings: [],
    });
  }

  #callTools(speech: Speech): void {
    for (const [position, call] of speech.calls.entries()) {
      const index = this.#builder.toolCall(this.#callId(position), call.name);
      this.#builder.toolArguments(index, call.arguments);
    }
  }

  /** Equal for the same place in the same conversation, different for every other. */
  #callId(position: number): string {
    const place = `${this.#call.idempotencyKey}\n${this.#call.items.length}\n${position}`;
    return `call_${createHash('sha256').update(place).digest('hex').slice(0, 24)}`;
  }

  async #each(pieces: readonly string[], say: (piece: string) => void): Promise<void> {
    let count = 0;
    for (const piece of pieces) {
      this.throwIfAborted();
      say(piece);
      count += 1;
      const ready = this.#sink?.ready?.();
      if (ready) await ready;
      if (count % PARTS_PER_TURN === 0) await nextTurn();
    }
  }

  #partial() {
    const said = this.#builder.partCount > 0;
    return this.#builder.partial(said, said ? this.#usage() : undefined);
  }

  #usage(): TokenUsage {
    const produced = this.#builder.produced();
    const reasoningTokens = sandboxTokens(produced.reasoningText.length);
    return {
      inputTokens: Math.max(1, sandboxTokens(promptChars(this.#call))),
      cachedTokens: 0,
      outputTokens:
        reasoningTokens + sandboxTokens(produced.text.length) + sandboxTokens(produced.toolArgumentsLength),
      reasoningTokens,
      estimated: false,
    };
  }
}

function promptChars(call: ModelCall): number {
  let chars = call.instructions?.length ?? 0;
  for (const item of call.items) chars += itemChars(item);
  for (const tool of call.tools) {
    chars += tool.name.length + tool.description.length + JSON.stringify(tool.parameters).length;
  }
  return chars;
}

function itemChars(item: Item): number {
  switch (item.type) {
    case 'message': {
      let chars = 0;
      for (const part of item.content) {
        chars += part.type === 'text' || part.type === 'refusal' ? part.text.length : CHARS_PER_IMAGE;
      }
      return chars;
    }
    case 'tool_call':
      return item.arguments.length;
    case 'tool_result':
      return item.output.length;
    case 'reasoning':
      return item.text.length;
  }
}
