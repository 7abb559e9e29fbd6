import { invalid } from '../../lib/errors.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';

const PLACEHOLDER = /\{([A-Za-z_][\w-]{0,63})\}/g;
/** Stands in for an argument while the form of an address is looked at. */
const FILLER = 'x';

/** The arguments that stand in an endpoint's path and query, in their order. */
function placeholdersOf(endpoint: string): string[] {
  return [...new Set([...endpoint.matchAll(PLACEHOLDER)].map(([, name = '']) => name))];
}

/** The endpoint as an address that can be checked before there are arguments. */
export function sampleAddress(endpoint: string): string {
  return endpoint.replaceAll(PLACEHOLDER, FILLER);
}

/**
 * Throws a 400 unless the endpoint is an http(s) address whose placeholders stand behind its host, and each of them is an
 * argument that the schema has.
 */
export function checkEndpoint(endpoint: string, parameters: JsonObject | undefined): void {
  const sample = URL.parse(sampleAddress(endpoint));
  if (!sample || !/^https?:$/.test(sample.protocol)) {
    throw invalid('endpoint', 'must be a whole http:// or https:// address');
  }
  if (/[{}]/.test(sampleAddress(endpoint))) {
    throw invalid(
      'endpoint',
      'has a brace that is no {placeholder}: letters, digits, _ and - between braces',
    );
  }
  const [, host = ''] = /^https?:\/\/([^/?#]*)/i.exec(endpoint) ?? [];
  if (/[{}]/.test(host))
    throw invalid('endpoint', 'must name its host: placeholders stand in path and query');
  if (sample.hash !== '') throw invalid('endpoint', 'must not have a part behind #: it is never sent');
  if (parameters === undefined) return;
  const known = isJsonObject(parameters.properties) ? parameters.properties : {};
  const missing = placeholdersOf(endpoint).find((name) => !Object.hasOwn(known, name));
  if (missing !== undefined) {
    throw invalid(
      'endpoint',
      `has the placeholder {${missing}}, which is not among the properties of parameters`,
    );
  }
}

/** What a tool takes that was registered without parameters: its placeholders, and a text beside whatever else is sent. */
export function defaultParameters(endpoint: string): JsonObject {
  const names = placeholdersOf(endpoint);
  const inAddress = Object.fromEntries(names.map((name) => [name, { type: ['string', 'number'] }]));
  const input =
    names.length > 0 ? {} : { input: { type: 'string', description: 'What is asked of the tool.' } };
  return {
    type: 'object',
    properties: { ...inAddress, ...input },
    ...(names.length > 0 && { required: names }),
    additionalProperties: true,
  };
}

export type FilledAddress =
  | { readonly ok: true; readonly url: string; readonly rest: JsonObject }
  | { readonly ok: false; readonly problem: string };

/** The address with its placeholders filled, and the arguments that are left. */
export function fillEndpoint(endpoint: string, args: JsonObject): FilledAddress {
  const used = new Set<string>();
  let problem: string | undefined;
  const url = endpoint.replaceAll(PLACEHOLDER, (_whole, name: string, at: number) => {
    used.add(name);
    const isInPath = !endpoint.slice(0, at).includes('?');
    const text = textOf(args[name]);
    if (text === undefined) {
      problem ??= `'${name}' is needed for the address, as a text or a number.`;
    } else if (isInPath && /^\.{0,2}$/.test(text)) {
      // Such a part would make the address lead to another place.
      problem ??= `'${name}' must not be empty or made of dots.`;
    }
    return encodeURIComponent((text ?? '').toWellFormed());
  });
  if (problem !== undefined) return { ok: false, problem };
  const rest = Object.fromEntries(Object.entries(args).filter(([name]) => !used.has(name)));
  return { ok: true, url, rest };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
