import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import type { paths } from '../../api/schema.ts';

type Query = NonNullable<paths['/executions']['get']['parameters']['query']>;

export type RunFilters = Omit<Query, 'page' | 'limit' | 'brief'>;

/** As many as are read at once. */
export const PART = 100;
/** While a run goes on the list is read again that often. */
const AGAIN_MS = 3_000;

export const runsQuery = (filters: RunFilters, page: number) =>
  queryOptions({
    queryKey: ['runs', 'list', filters, page],
    queryFn: () =>
      ask(api.GET('/executions', { params: { query: { ...filters, page, limit: PART, brief: true } } })),
    refetchInterval: ({ state }) =>
      state.data?.executions.some(({ finished_at: end }) => end === null) ? AGAIN_MS : false,
  });

export type RunRow = Awaited<
  ReturnType<NonNullable<ReturnType<typeof runsQuery>['queryFn']>>
>['executions'][number];

const STATUSES: readonly NonNullable<RunFilters['status']>[] = [
  'queued',
  'running',
  'waiting_for_input',
  'completed',
  'failed',
  'stopped',
];

/** The filters of the page's address. Days are those of whoever looks. */
export function toFilters(search: Readonly<Record<string, string>>): RunFilters {
  const status = STATUSES.find((one) => one === search.status);
  const from = startOf(search.from, 0);
  const to = startOf(search.to, 1);
  return {
    ...(status !== undefined && { status }),
    ...(search.crew !== undefined && { crew_id: search.crew }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** The beginning of a day, or of the one after it, as a moment; undefined for what is no day. */
function startOf(day: string | undefined, plus: 0 | 1): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '') ?? [];
  if (date === undefined) return undefined;
  return new Date(Number(year), Number(month) - 1, Number(date) + plus).toISOString();
}
