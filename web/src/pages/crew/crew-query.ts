import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';

export const crewQuery = (id: string) =>
  queryOptions({
    queryKey: ['crews', 'one', id],
    queryFn: () => ask(api.GET('/crews/{id}', { params: { path: { id } } })),
  });
