import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import { readPeriod } from './periods.ts';

type Search = Readonly<Record<string, string>>;

export const LOG_LIMIT = 25;

/** The filters of the address as the API takes them. */
export function toFilter(search: Search) {
  const { agent_id, key_id, model, source } = search;
  return {
    ...readPeriod(search, Date.now()),
    ...(agent_id !== undefined && { agent_id }),
    ...(key_id !== undefined && { key_id }),
    ...(model !== undefined && { model }),
    ...((source === 'key' || source === 'user') && { source: source as 'key' | 'user' }),
  };
}

export function useBalance() {
  return useQuery({ queryKey: ['billing'], queryFn: () => ask(api.GET('/billing')) });
}

export function useSummary(search: Search) {
  const query = toFilter(search);
  return useQuery({
    queryKey: ['usage', 'summary', query],
    queryFn: () => ask(api.GET('/usage/summary', { params: { query } })),
    placeholderData: (before) => before,
  });
}

export function useLog(search: Search, page: number) {
  const query = { ...toFilter(search), page, limit: LOG_LIMIT };
  return useQuery({
    queryKey: ['usage', 'log', query],
    queryFn: () => ask(api.GET('/usage', { params: { query } })),
    placeholderData: (before) => before,
  });
}

export type Summary = NonNullable<ReturnType<typeof useSummary>['data']>;
export type LogRow = NonNullable<ReturnType<typeof useLog>['data']>['usage'][number];
