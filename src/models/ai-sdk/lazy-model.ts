import type { Dispatcher } from 'undici';
import type { Clock } from '../../lib/clock.ts';
import { thinksInSilence } from '../model-traits.ts';
import type { RetryTools } from '../retries.ts';
import type { CallLimits } from '../transport/limits.ts';
import { createProviderFetch } from '../transport/provider-fetch.ts';
import type { ChatModel } from '../types.ts';
import type { CallModel } from './create-sdk-model.ts';
import type { SdkKind } from './load-provider.ts';

export interface LazyModelOptions {
  readonly id: string;
  readonly provider: string;
  readonly kind: SdkKind;
  readonly model: string;
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  readonly dispatcherOf: (url: URL) => Dispatcher;
  readonly limits: CallLimits;
  readonly retries: RetryTools;
  readonly clock: Clock;
}

/** A model behind a provider package of the AI SDK, which is loaded at the first call. */
export function createLazyModel(options: LazyModelOptions): ChatModel {
  let loading: Promise<CallModel> | undefined;
  return {
    id: options.id,
    async call(call, callOptions) {
      loading ??= load(options);
      return (await loading)(call, callOptions);
    },
  };
}

async function load(options: LazyModelOptions): Promise<CallModel> {
  const [{ loadProvider }, { createSdkCall }] = await Promise.all([
    import('./load-provider.ts'),
    import('./create-sdk-model.ts'),
  ]);
  const { dispatcherOf, limits, apiKey } = options;
  const fetch = createProviderFetch({ dispatcherOf, limits, thinks: thinksInSilence(options.model) });
  const loaded = await loadProvider({ ...options, fetch });
  return createSdkCall({
    ...loaded,
    provider: options.provider,
    secrets: apiKey === undefined ? [] : [apiKey],
    retries: options.retries,
    clock: options.clock,
  });
}
