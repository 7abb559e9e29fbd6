import type { GuardedRequest } from '../../lib/guarded-http/index.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { fillEndpoint } from './endpoint.ts';
import type { CustomTool } from './types.ts';

export type ToolRequest =
  | { readonly ok: true; readonly request: GuardedRequest }
  | { readonly ok: false; readonly problem: string };

/**
 * The request for a call: arguments named in the endpoint go into it; of the others GET makes its query, every other
 * method a JSON body.
 */
export function toRequest(
  { endpoint, method }: Pick<CustomTool, 'endpoint' | 'method'>,
  args: JsonObject,
): ToolRequest {
  const filled = fillEndpoint(endpoint, args);
  if (!filled.ok) return filled;
  const { rest } = filled;
  const accept = 'application/json, text/*;q=0.9, */*;q=0.5';
  if (method === 'GET') {
    return { ok: true, request: { url: withQuery(filled.url, rest), method, headers: { accept } } };
  }
  // A DELETE with a body is refused by many servers, so it has one only when there is something to say.
  if (method === 'DELETE' && Object.keys(rest).length === 0) {
    return { ok: true, request: { url: filled.url, method, headers: { accept } } };
  }
  const headers = { accept, 'content-type': 'application/json' };
  return { ok: true, request: { url: filled.url, method, headers, body: JSON.stringify(rest) } };
}

/** A list stands once for each of its entries, an object as its JSON; null is left out. */
function withQuery(address: string, args: JsonObject): string {
  const entries = Object.entries(args).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one: Json): [string, string][] =>
      one === null ? [] : [[name, typeof one === 'object' ? JSON.stringify(one) : String(one)]],
    ),
  );
  if (entries.length === 0) return address;
  const query = new URLSearchParams(entries.map(([name, value]) => [name, value.toWellFormed()]));
  return `${address}${address.includes('?') ? '&' : '?'}${query}`;
}
