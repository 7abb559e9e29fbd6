import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './api.ts';

export const agentQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', id],
    queryFn: () => ask(api.GET('/agents/{id}', { params: { path: { id } } })),
  });

export type Agent = Awaited<ReturnType<NonNullable<ReturnType<typeof agentQuery>['queryFn']>>>;
