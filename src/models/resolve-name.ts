import { modelErrors } from './errors.ts';
import type { PriceLibrary } from './price-library.ts';
import { type ConfiguredProvider, SWITCHES } from './provider-settings.ts';

export type ResolvedName =
  | { readonly type: 'sandbox' }
  | {
      readonly type: 'provider';
      readonly provider: ConfiguredProvider;
      /** As the caller wrote it, without the provider. */
      readonly model: string;
    };

/**
 * What a model's name means, given the providers that are switched on; an account's come before the operator's.
 * `provider/model` is taken at its word. A bare name goes to whoever lists it, then to the maker of the model, then to
 * the operator's own gateway (OPENAI_BASE_URL) or Ollama, which may serve anything. Throws model_not_configured.
 */
export function resolveName(
  name: string,
  providers: readonly ConfiguredProvider[],
  library: PriceLibrary,
): ResolvedName {
  if (name === 'sandbox' || name.startsWith('sandbox/')) return { type: 'sandbox' };
  const listed = providers.find((provider) => provider.models.includes(name));
  if (listed) return { type: 'provider', provider: listed, model: name };

  const slash = name.indexOf('/');
  if (slash > 0) {
    const prefix = name.slice(0, slash);
    const provider = providers.find((candidate) => candidate.name === prefix);
    const model = name.slice(slash + 1);
    if (model === '') throw notConfigured(name, undefined);
    if (provider) return { type: 'provider', provider, model };
    throw notConfigured(name, prefix);
  }

  const maker = name === '' ? undefined : makerOf(name, library);
  const own = providers.find((candidate) => candidate.name === maker);
  const open = own ?? providers.find((candidate) => candidate.trusted && servesAnything(candidate));
  if (open) return { type: 'provider', provider: open, model: name };
  throw notConfigured(name, maker);
}

/** By the library, else by how the three families have always been named: new models come out before new prices. */
function makerOf(name: string, library: PriceLibrary): string | undefined {
  const known = library.findAnywhere(name)?.provider;
  if (known !== undefined) return known;
  if (/^(gpt-|o\d|chatgpt-|codex)/.test(name)) return 'openai';
  if (name.startsWith('claude')) return 'anthropic';
  return /^gem(ini|ma)/.test(name) ? 'google' : undefined;
}

function servesAnything(provider: ConfiguredProvider): boolean {
  return (provider.kind === 'openai' && provider.baseUrl !== undefined) || provider.kind === 'ollama';
}

function notConfigured(name: string, provider: string | undefined) {
  const setting = provider === undefined ? undefined : SWITCHES[provider];
  const why =
    provider === undefined
      ? 'No provider is known for that name. Write it as provider/model.'
      : setting === undefined
        ? `There is no provider '${provider}'. Add it with POST /api/v1/providers.`
        : `The provider '${provider}' has no key. Set ${setting} on the server, or add one with POST /api/v1/providers.`;
  return modelErrors.model_not_configured(`The model '${name}' can not be called. ${why}`, {
    field: 'model',
    reason: 'its provider is not set up',
    // Tells a model that a key would make callable from a name that means nothing.
    ...(setting !== undefined && { facts: { setting } }),
  });
}
