import type { Config } from '../../config/index.ts';
import type { GuardedHttp } from '../../lib/guarded-http/index.ts';
import { failure, success } from '../outcome.ts';
import type { Tool } from '../types.ts';
import { integerOf, textOf } from './arguments.ts';
import { type SearchProvider, searchProviderOf } from './search-providers.ts';

export interface WebSearchOptions {
  readonly config: Pick<Config, 'TAVILY_API_KEY' | 'BRAVE_API_KEY' | 'SEARXNG_URL'>;
  readonly guardedHttp: GuardedHttp;
}

const PROVIDER_SETTINGS = 'TAVILY_API_KEY, BRAVE_API_KEY or SEARXNG_URL';

export function webSearchTool({ config, guardedHttp }: WebSearchOptions): Tool {
  const provider: SearchProvider | undefined = searchProviderOf(config, guardedHttp);
  return {
    name: 'web_search',
    description: 'Searches the web and returns titles, addresses and snippets of the best results.',
    category: 'research',
    isRemote: true,
    ...(!provider && { needs: PROVIDER_SETTINGS }),
    priceNanoUsd: 0n,
    parameters: {
      type: 'object',
      properties: {
        query: { type: 'string', minLength: 1, maxLength: 400, description: 'What to search for.' },
        limit: { type: 'integer', minimum: 1, maximum: 10, default: 5, description: 'How many results.' },
      },
      required: ['query'],
      additionalProperties: false,
    },
    async run(args, { signal }) {
      if (!provider) {
        return failure(
          `No search provider is set up on this server. The operator can set ${PROVIDER_SETTINGS}. Say that you cannot search the web; do not make results up.`,
        );
      }
      const limit = integerOf(args, 'limit', 5);
      const answer = await provider.search(textOf(args, 'query') ?? '', limit, signal);
      if (!answer.ok) return failure(answer.problem);
      if (answer.results.length === 0) return success('The search found nothing. Try other words.');
      return success(
        answer.results
          .slice(0, limit)
          .map(({ title, url, snippet }, index) => `${index + 1}. ${title}\n   ${url}\n   ${snippet}`)
          .join('\n\n'),
      );
    },
  };
}
