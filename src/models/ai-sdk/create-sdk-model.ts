import { APICallError, type LanguageModelV4 } from '@ai-sdk/provider';
import type { Clock } from '../../lib/clock.ts';
import { isJsonObject } from '../../lib/json.ts';
import { ModelCallError } from '../errors.ts';
import { cutError, garbageError } from '../failures.ts';
import { type RetryTools, withRetries } from '../retries.ts';
import type { ModelCall, ModelReply, ModelSink } from '../types.ts';
import { callOptions } from './call-options.ts';
import { failureOf } from './failure-of.ts';
import type { SdkProvider } from './load-provider.ts';
import { ResultReader } from './read-result.ts';

export interface SdkModelOptions extends SdkProvider {
  readonly provider: string;
  readonly secrets: readonly string[];
  readonly retries: RetryTools;
  readonly clock: Clock;
}

export type CallModel = (
  call: ModelCall,
  options: { signal: AbortSignal; sink?: ModelSink },
) => Promise<ModelReply>;

/** Calls a model of a provider package at its own level, without the loop and the retries of the AI SDK. */
export function createSdkCall(options: SdkModelOptions): CallModel {
  const { fallback } = options;
  let { providerOptions } = options;
  const once = async (call: ModelCall, signal: AbortSignal, sink: ModelSink | undefined) => {
    let param: unknown;
    const note = (error: unknown) => {
      param = refusedParam(error);
    };
    try {
      return await attempt({ ...options, providerOptions }, call, signal, sink, note);
    } catch (error) {
      if (fallback === undefined || param !== fallback.param) throw error;
      providerOptions = fallback.providerOptions;
      return await attempt({ ...options, providerOptions }, call, signal, sink, note);
    }
  };
  return (call, { signal, sink }) => withRetries(() => once(call, signal, sink), signal, options.retries);
}

/** The parameter that the provider named in a 400. */
function refusedParam(error: unknown): unknown {
  if (!APICallError.isInstance(error) || error.statusCode !== 400 || !isJsonObject(error.data))
    return undefined;
  return isJsonObject(error.data.error) ? error.data.error.param : undefined;
}

async function attempt(
  options: SdkModelOptions,
  call: ModelCall,
  signal: AbortSignal,
  sink: ModelSink | undefined,
  note: (error: unknown) => void,
): Promise<ModelReply> {
  const reader = new ResultReader(sink);
  let started = false;
  const partial = () => reader.builder.partial(started, reader.usage());
  try {
    const given = callOptions(call, options.metadataKey, options.providerOptions, signal);
    if (sink === undefined) {
      reader.whole(await options.model.doGenerate(given));
      started = true;
    } else {
      const { stream } = await options.model.doStream(given);
      started = true;
      await readStream(stream, reader, sink);
    }
  } catch (error) {
    if (error instanceof ModelCallError) throw error;
    if (signal.aborted) throw new ModelCallError('aborted', partial());
    note(error);
    throw failureOf(error, {
      provider: options.provider,
      secrets: options.secrets,
      now: options.clock.now(),
      partial: partial(),
      shown: reader.builder.partCount > 0,
    });
  }
  switch (reader.finishReason?.unified) {
    case undefined:
    case 'interrupted':
      throw new ModelCallError('cut', partial(), cutError(options.provider));
    case 'error':
      throw new ModelCallError('garbage', partial(), garbageError(options.provider, 'an answer that failed'));
    default:
      return reader.reply(call);
  }
}

type Stream = Awaited<ReturnType<LanguageModelV4['doStream']>>['stream'];

async function readStream(stream: Stream, reader: ResultReader, sink: ModelSink): Promise<void> {
  const source = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await source.read();
      if (done) {
        ended = true;
        return;
      }
      if (value.type === 'error') throw value.error;
      reader.part(value);
      const ready = sink.ready?.();
      if (ready) await ready;
    }
  } finally {
    // Cancelling reaches our fetch, which ends the connection. Whatever it says, the first error is the one to tell.
    if (!ended) source.cancel().catch(() => undefined);
  }
}
