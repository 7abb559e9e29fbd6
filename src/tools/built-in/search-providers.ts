import type { Config } from '../../config/index.ts';
import type { GuardedHttp, GuardedRequest } from '../../lib/guarded-http/index.ts';
import { isJsonObject, type Json, parseJson } from '../../lib/json.ts';

interface SearchResult {
  readonly title: string;
  readonly url: string;
  readonly snippet: string;
}

type SearchAnswer =
  | { readonly ok: true; readonly results: readonly SearchResult[] }
  | { readonly ok: false; readonly problem: string };

export interface SearchProvider {
  search(query: string, limit: number, signal: AbortSignal): Promise<SearchAnswer>;
}

/** How one provider is asked, and where its reply holds the results. */
interface Dialect {
  readonly request: (query: string, limit: number) => GuardedRequest;
  readonly listIn: (reply: Json) => Json | undefined;
  readonly snippetKey: string;
}

const TAVILY_URL = 'https://api.tavily.com/search';
const BRAVE_URL = 'https://api.search.brave.com/res/v1/web/search';

/** The first provider that is set up: Tavily, Brave, SearXNG. */
export function searchProviderOf(
  config: Pick<Config, 'TAVILY_API_KEY' | 'BRAVE_API_KEY' | 'SEARXNG_URL'>,
  guardedHttp: GuardedHttp,
): SearchProvider | undefined {
  if (config.TAVILY_API_KEY) return providerOf(tavily(config.TAVILY_API_KEY), guardedHttp);
  if (config.BRAVE_API_KEY) return providerOf(brave(config.BRAVE_API_KEY), guardedHttp);
  if (!config.SEARXNG_URL) return undefined;
  // The operator's own address: it may be private, as SearXNG mostly is.
  const { protocol, hostname, port } = new URL(config.SEARXNG_URL);
  const host = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
  return providerOf(searxng(config.SEARXNG_URL), guardedHttp.allowing([host]));
}

function tavily(key: string): Dialect {
  return {
    request: (query, limit) => ({
      url: TAVILY_URL,
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, max_results: limit }),
    }),
    listIn: (reply) => (isJsonObject(reply) ? reply.results : undefined),
    snippetKey: 'content',
  };
}

function brave(key: string): Dialect {
  return {
    request: (query, limit) => ({
      url: `${BRAVE_URL}?${new URLSearchParams({ q: query, count: String(limit) })}`,
      headers: { 'x-subscription-token': key, accept: 'application/json' },
    }),
    listIn: (reply) => {
      const web = isJsonObject(reply) ? reply.web : undefined;
      // Brave leaves `web` out when it found nothing.
      return web === undefined ? [] : isJsonObject(web) ? web.results : undefined;
    },
    snippetKey: 'description',
  };
}

function searxng(base: string): Dialect {
  return {
    request: (query) => ({
      url: `${base}/search?${new URLSearchParams({ q: query, format: 'json' })}`,
      headers: { accept: 'application/json' },
    }),
    listIn: (reply) => (isJsonObject(reply) ? reply.results : undefined),
    snippetKey: 'content',
  };
}

function providerOf(dialect: Dialect, guardedHttp: GuardedHttp): SearchProvider {
  return {
    async search(query, limit, signal) {
      const { status, body } = await guardedHttp.request({ ...dialect.request(query, limit), signal });
      if (status === 429)
        return { ok: false, problem: 'The search provider limits the rate. Try again later.' };
      if (status === 401 || status === 403) {
        return {
          ok: false,
          problem: `The search provider refused the server's access (HTTP ${status}). The operator must mend it.`,
        };
      }
      if (status !== 200) return { ok: false, problem: `The search provider failed (HTTP ${status}).` };
      const list = listOf(dialect, body);
      if (!list) return { ok: false, problem: 'The search provider sent a reply that is not a result list.' };
      return { ok: true, results: list.flatMap((entry) => resultOf(entry, dialect.snippetKey)) };
    },
  };
}

function listOf(dialect: Dialect, body: Buffer): readonly Json[] | undefined {
  let reply: Json;
  try {
    reply = parseJson(body.toString('utf8'));
  } catch {
    return undefined;
  }
  const list = dialect.listIn(reply);
  return Array.isArray(list) ? list : undefined;
}

/** One result, or none when it has no web address. */
function resultOf(entry: Json, snippetKey: string): SearchResult[] {
  if (!isJsonObject(entry)) return [];
  const { title, url, [snippetKey]: snippet } = entry;
  if (typeof url !== 'string' || !/^https?:\/\//i.test(url)) return [];
  return [{ title: plain(title) || url, url, snippet: plain(snippet) }];
}

function plain(value: Json | undefined): string {
  if (typeof value !== 'string') return '';
  return value
    .replaceAll(/<\/?\w[^<>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 1_000);
}
