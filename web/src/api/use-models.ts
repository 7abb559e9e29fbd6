import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from './api.ts';

const SHOWN = 50;

/** The models of the catalogue that have `q` in their names; until there is a reply, those of the last one. */
export function useModels(q: string) {
  return useQuery({
    queryKey: ['models', q],
    queryFn: () => ask(api.GET('/models', { params: { query: { limit: SHOWN, ...(q !== '' && { q }) } } })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}
