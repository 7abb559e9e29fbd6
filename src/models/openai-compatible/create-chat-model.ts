import type { Dispatcher } from 'undici';
import type { Clock } from '../../lib/clock.ts';
import { thinksInSilence } from '../model-traits.ts';
import { type RetryTools, withRetries } from '../retries.ts';
import type { ExchangeRequest } from '../transport/exchange.ts';
import type { CallLimits } from '../transport/limits.ts';
import type { ChatModel, ModelCall, ModelReply, ModelSink } from '../types.ts';
import { attemptChat } from './attempt-chat.ts';
import { chatBody, type Flavour } from './chat-body.ts';

export interface ChatModelOptions {
  /** `provider/model`. */
  readonly id: string;
  /** As the caller knows it; named in messages. */
  readonly provider: string;
  /** The provider's own name of the model. */
  readonly model: string;
  /** Up to and without `/chat/completions`, e.g. `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly flavour: Flavour;
  readonly dispatcher: Dispatcher;
  readonly limits: CallLimits;
  readonly retries: RetryTools;
  readonly clock: Clock;
}

/** A model behind any address that speaks Chat Completions. See docs/decisions/0003-own-openai-adapter.md. */
export function createChatModel(options: ChatModelOptions): ChatModel {
  const url = new URL(`${options.baseUrl.replace(/\/+$/, '')}/chat/completions`);
  const baseHeaders: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'text/event-stream, application/json',
    ...(options.apiKey !== undefined && { authorization: `Bearer ${options.apiKey}` }),
    ...options.headers,
  };
  const thinks = thinksInSilence(options.model);

  return {
    id: options.id,
    call(call: ModelCall, { signal, sink }: { signal: AbortSignal; sink?: ModelSink }): Promise<ModelReply> {
      const stream = sink !== undefined;
      const headers = { ...baseHeaders, 'idempotency-key': headerSafe(call.idempotencyKey) };
      const silent = !stream || thinks || call.parameters.reasoningEffort !== undefined;
      const attempt = () => {
        // Made for each attempt anew: kept for another one, which hardly ever comes, it would lie beside its call for as
        // long as the answer takes.
        const { body, warnings } = chatBody(options.model, options.flavour, call, stream);
        const request: ExchangeRequest = {
          origin: url.origin,
          path: url.pathname + url.search,
          method: 'POST',
          headers,
          body,
          signal,
          limits: options.limits,
          silent,
        };
        return attemptChat(options, request, { call, sink, warnings });
      };
      return withRetries(attempt, signal, options.retries);
    },
  };
}

/** Idempotency keys come from clients too; a header takes visible ASCII only. */
function headerSafe(key: string): string {
  return key.replace(/[^\x21-\x7e]/g, '_').slice(0, 255);
}
