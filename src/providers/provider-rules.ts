import { invalid, MusterError } from '../lib/errors.ts';
import { type GuardedHttp, vetForLater, whyRefused } from '../lib/guarded-http/index.ts';
import type { ProviderKind } from '../models/index.ts';
import { PROVIDER_KINDS } from './types.ts';

const NAME = /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/;
/** Its models have no prefix and cost nothing; nobody may pass for it. */
const RESERVED_NAMES = new Set(['sandbox', 'muster']);
/** Without a key these answer nobody. */
const KINDS_WITH_KEY: ReadonlySet<ProviderKind> = new Set(['openai', 'anthropic', 'google', 'openrouter']);
/** These have no address of their own. */
const KINDS_WITH_ADDRESS: ReadonlySet<ProviderKind> = new Set(['openai-compatible', 'ollama']);
const MODEL_NAME = /^[\x21-\x7e]{1,200}$/;

/** The maker's own name is for the maker's own kind. */
export function checkProviderName(name: string, kind: ProviderKind): string {
  if (!NAME.test(name)) {
    throw invalid('name', 'must be 2 to 40 lower-case letters, digits and dashes, beginning with a letter');
  }
  if (RESERVED_NAMES.has(name)) throw invalid('name', `must not be '${name}', which is built in`);
  const isKind = PROVIDER_KINDS.some((known) => known === name);
  if (isKind && name !== kind) {
    throw invalid(
      'name',
      `must not be '${name}' for the kind ${kind}: its models would pass for another maker's`,
    );
  }
  return name;
}

/** What the kind needs must be there. */
export function checkComplete(provider: {
  readonly kind: ProviderKind;
  readonly baseUrl: string | undefined;
  readonly hasApiKey: boolean;
}): void {
  const { kind, baseUrl, hasApiKey } = provider;
  if (KINDS_WITH_ADDRESS.has(kind) && baseUrl === undefined) {
    throw invalid('base_url', `is required for the kind ${kind}`);
  }
  if (KINDS_WITH_KEY.has(kind) && !hasApiKey) throw invalid('api_key', `is required for the kind ${kind}`);
}

/** Goes into a header, so it has visible ASCII characters only. */
export function checkApiKey(apiKey: string): string {
  const key = apiKey.trim();
  if (!/^[\x21-\x7e]{1,4000}$/.test(key)) throw invalid('api_key', 'has characters that no key has');
  return key;
}

export function checkModels(models: readonly string[]): string[] {
  const wrong = models.findIndex((model) => !MODEL_NAME.test(model));
  if (wrong !== -1) throw invalid(`models.${wrong}`, 'must be a name without blanks');
  return [...new Set(models)];
}

/**
 * The address in the form that is stored. Throws a 400 when it is private and the operator did not allow it. A name that
 * has no address at this moment may have one later: the same check is made at every connection. Without `guardedHttp`
 * only its form is looked at: nothing goes out for a sandbox, not even a question for an address.
 */
export async function checkBaseUrl(
  guardedHttp: Pick<GuardedHttp, 'vet'> | undefined,
  text: string,
): Promise<string> {
  const url = URL.parse(text.trim());
  if (url?.search !== '' || url.hash !== '') {
    throw invalid('base_url', 'must be an http:// or https:// address without a query');
  }
  try {
    if (guardedHttp) await vetForLater(guardedHttp, url.href);
  } catch (error) {
    throw error instanceof MusterError ? refused(error) : error;
  }
  return url.href.replace(/\/+$/, '');
}

function refused(error: MusterError): MusterError {
  return invalid('base_url', whyRefused(error));
}
