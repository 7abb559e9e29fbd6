import { isOpenAiReasoningModel, maxOutputTokensOf, takesImages, thinksInSilence } from './model-traits.ts';
import type { LibraryModel, PriceLibrary } from './price-library.ts';
import { FREE } from './prices.ts';
import type { ConfiguredProvider, ProviderKind } from './provider-settings.ts';
import type { ModelInfo, ModelPrice } from './types.ts';

/** One line of the catalogue. */
export interface ListedModel {
  readonly info: ModelInfo;
  /** Its provider is switched on. */
  readonly available: boolean;
  /** Undefined: it has to be set before the model can be called. */
  readonly price: ModelPrice | undefined;
}

export const SANDBOX_INFO: ModelInfo = {
  id: 'sandbox',
  provider: 'sandbox',
  name: 'Stand-in without AI',
  contextWindow: 1_000_000,
  maxOutputTokens: 100_000,
  inputs: ['text', 'image', 'file'],
  reasons: true,
};

/** Providers whose models are listed although nobody has switched them on, to show what there is. */
const SHOWN: readonly ProviderKind[] = ['openai', 'anthropic', 'google'];

/** What can be said of a provider's model, and its price where one is known. */
export function describeModel(
  provider: ConfiguredProvider,
  model: string,
  library: PriceLibrary,
): { info: ModelInfo; price: ModelPrice | undefined } {
  const known = findInLibrary(provider, model, library);
  const info = infoOf(provider.name, provider.kind, model, known);
  return { info, price: provider.kind === 'ollama' ? FREE : known?.price };
}

/** Every model that is known, those that can be called first, without doubles. */
export function listModels(
  providers: readonly ConfiguredProvider[],
  library: PriceLibrary,
): readonly ListedModel[] {
  const lines = new Map<string, ListedModel>();
  lines.set(SANDBOX_INFO.id, { info: SANDBOX_INFO, available: true, price: FREE });
  const add = (line: ListedModel) => {
    if (!lines.has(line.info.id)) lines.set(line.info.id, line);
  };
  for (const provider of providers) {
    for (const model of provider.models) add({ ...describeModel(provider, model, library), available: true });
    const catalogue = libraryIdOf(provider, library);
    if (catalogue === undefined || provider.kind === 'openai-compatible') continue;
    for (const known of library.list(catalogue)) {
      const info = infoOf(provider.name, provider.kind, known.id, known);
      add({ info, available: true, price: known.price });
    }
  }
  for (const kind of SHOWN) {
    for (const known of library.list(kind).filter(({ id }) => madeBy(kind, id))) {
      add({ info: infoOf(kind, kind, known.id, known), available: false, price: known.price });
    }
  }
  return [...lines.values()];
}

/** Clouds resell each other's models; under a maker's name only its own are listed. */
function madeBy(kind: ProviderKind, id: string): boolean {
  return kind !== 'google' || /^gem(ini|ma)/.test(id);
}

/** A bare name that the provider does not take, such as `claude-3-opus`, in the form that it does. */
export function providerModelId(provider: ConfiguredProvider, model: string, library: PriceLibrary): string {
  if (provider.kind !== 'anthropic' || provider.baseUrl !== undefined) return model;
  const known = library.find('anthropic', model)?.id;
  return known === `${model}-latest` ? known : model;
}

function findInLibrary(
  provider: ConfiguredProvider,
  model: string,
  library: PriceLibrary,
): LibraryModel | undefined {
  const catalogue = libraryIdOf(provider, library);
  if (catalogue === undefined) return undefined;
  const known = library.find(catalogue, model);
  // The operator's gateway speaks for other makers too, at their prices.
  const isGateway = provider.trusted && provider.kind === 'openai' && provider.baseUrl !== undefined;
  return known ?? (isGateway ? library.findAnywhere(model) : undefined);
}

/** Whose prices a provider asks. An unknown address asks its own, which nobody but its owner knows. */
function libraryIdOf(provider: ConfiguredProvider, library: PriceLibrary): string | undefined {
  switch (provider.kind) {
    case 'ollama':
      return undefined;
    case 'openai-compatible':
      return provider.baseUrl === undefined ? undefined : library.providerAt(provider.baseUrl);
    default:
      if (provider.baseUrl === undefined || provider.trusted) return provider.kind;
      return library.providerAt(provider.baseUrl);
  }
}

function infoOf(
  provider: string,
  kind: ProviderKind,
  model: string,
  known: LibraryModel | undefined,
): ModelInfo {
  const maxOutputTokens = maxOutputTokensOf(model);
  const isOpen = kind === 'openai-compatible' || kind === 'ollama';
  return {
    id: `${provider}/${model}`,
    provider,
    name: known?.name ?? model,
    ...(known?.contextWindow !== undefined && { contextWindow: known.contextWindow }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    inputs: isOpen || takesImages(model) ? ['text', 'image', 'file'] : ['text'],
    reasons: isOpenAiReasoningModel(model) || thinksInSilence(model),
  };
}
