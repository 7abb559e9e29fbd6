import type { LanguageModelV4, SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { Clock } from '../../lib/clock.ts';
import { ModelCallError } from '../errors.ts';
import { cutError, garbageError } from '../failures.ts';
import { type RetryTools, withRetries } from '../retries.ts';
import type { ModelCall, ModelReply, ModelSink } from '../types.ts';
import { callOptions } from './call-options.ts';
import { failureOf } from './failure-of.ts';
import { ResultReader } from './read-result.ts';

export interface SdkModelOptions {
  readonly provider: string;
  readonly model: LanguageModelV4;
  /** The name under which the provider keeps its metadata and takes its options: `anthropic`, `google`, … */
  readonly metadataKey: string;
  readonly providerOptions: SharedV4ProviderOptions;
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
  return (call, { signal, sink }) =>
    withRetries(() => attempt(options, call, signal, sink), signal, options.retries);
}

async function attempt(
  options: SdkModelOptions,
  call: ModelCall,
  signal: AbortSignal,
  sink: ModelSink | undefined,
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
