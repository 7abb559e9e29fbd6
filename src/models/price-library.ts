import { createRequire } from 'node:module';
import type * as Library from '@pydantic/genai-prices';
import { largest } from '../lib/bigint.ts';
import type { Clock } from '../lib/clock.ts';
import { nanoUsdOf } from './prices.ts';
import type { ModelPrice } from './types.ts';

/** What the price library knows of a model. */
export interface LibraryModel {
  /** The library's id, close to the provider's own. */
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly contextWindow: number | undefined;
  /** Undefined when the library has no price per token in and out. */
  readonly price: ModelPrice | undefined;
}

export interface PriceLibrary {
  /** A model of one provider, by any name that the library matches to it. */
  find(provider: string, model: string): LibraryModel | undefined;
  /** A model by its name alone, at the provider that makes it. */
  findAnywhere(model: string): LibraryModel | undefined;
  /** The library's provider for an API address. */
  providerAt(baseUrl: string): string | undefined;
  /** Models of a provider that are for conversation, not past their time, in the library's order. */
  list(provider: string): readonly LibraryModel[];
}

const NOT_FOR_CHAT =
  /embed|whisper|tts|transcribe|moderation|image|audio|realtime|instruct|davinci|babbage|^ada$|curie|-live|^gpt-live|search-preview|computer-use|deep-research|:extended|codex-mini$|vision-preview|omni-flash/;

/**
 * Reads the data bundled with the price library; nothing is fetched. The library is loaded at the first question, in
 * some 40 ms: the start does not wait for it.
 */
export function createPriceLibrary(clock: Clock): PriceLibrary {
  let loaded: typeof Library | undefined;
  const library = (): typeof Library => {
    // Answers are wanted without a promise, so it is required rather than imported.
    loaded ??= createRequire(import.meta.url)('@pydantic/genai-prices');
    return loaded ?? fail();
  };
  const lists = new Map<string, readonly LibraryModel[]>();

  const find = (model: string, provider?: string): LibraryModel | undefined => {
    const options = provider === undefined ? {} : { providerId: provider };
    const found = library().calcPrice({}, model, { ...options, timestamp: new Date(clock.now()) });
    return found === null ? undefined : describe(found.model, found.provider.id, clock.now());
  };

  return {
    find: (provider, model) => find(model, provider),
    findAnywhere: (model) => find(model),
    providerAt(baseUrl) {
      return library().findProvider({ providerApiUrl: baseUrl })?.id;
    },
    list(provider) {
      const known = lists.get(provider);
      if (known) return known;
      const models = library().findProvider({ providerId: provider })?.models ?? [];
      const list = models
        .filter(({ id, deprecated }) => deprecated !== true && isForChat(id))
        .map((model) => describe(model, provider, clock.now()))
        .filter(({ price }) => price !== undefined);
      lists.set(provider, list);
      return list;
    },
  };
}

function fail(): never {
  throw new TypeError('The price library can not be loaded.');
}

function isForChat(id: string): boolean {
  return !NOT_FOR_CHAT.test(id) && !id.startsWith('ft:') && !/[-.]$/.test(id);
}

function describe(model: Library.ModelInfo, provider: string, now: number): LibraryModel {
  return {
    id: model.id,
    name: model.name ?? model.id,
    provider,
    contextWindow: model.context_window,
    price: dearest(model.prices, now),
  };
}

/**
 * Of several prices the dearest: of tiers by prompt length, and of prices by time of day. Our price is one figure, and
 * a bill above the hold would be worse than a hold above the bill. Prices that begin in the future do not count, nor do
 * those that were followed by another.
 */
function dearest(prices: Library.ModelInfo['prices'], now: number): ModelPrice | undefined {
  const valid = Array.isArray(prices) ? validPrices(prices, now) : [prices];
  const most = (key: string): bigint | undefined =>
    valid
      .flatMap((price) => nanoOf(price[key]) ?? [])
      .reduce<bigint | undefined>((highest, value) => largest(highest ?? 0n, value), undefined);
  const input = most('input_mtok');
  const output = most('output_mtok');
  if (input === undefined || output === undefined) return undefined;
  return {
    inputNanoUsdPerMillion: input,
    cachedInputNanoUsdPerMillion: most('cache_read_mtok') ?? input,
    outputNanoUsdPerMillion: output,
    source: 'library',
  };
}

function validPrices(prices: readonly Library.ConditionalPrice[], now: number): Library.ModelPrice[] {
  let standing: Library.ModelPrice | undefined;
  let since = '';
  const byHour: Library.ModelPrice[] = [];
  for (const { constraint, prices: price } of prices) {
    if (constraint?.type === 'time_of_date') byHour.push(price);
    else {
      const start = constraint?.start_date ?? '';
      if (start !== '' && Date.parse(start) > now) continue;
      if (standing !== undefined && start < since) continue;
      standing = price;
      since = start;
    }
  }
  return standing === undefined ? byHour : [standing, ...byHour];
}

function nanoOf(price: Library.ModelPrice[string]): bigint | undefined {
  if (price === undefined) return undefined;
  const steps = typeof price === 'number' ? [price] : [price.base, ...price.tiers.map((tier) => tier.price)];
  return nanoUsdOf(Math.max(...steps));
}
