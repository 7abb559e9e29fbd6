import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';

export const SCHEDULES_LIMIT = 25;

export function useSchedules(page: number) {
  return useQuery({
    queryKey: ['schedules', page],
    queryFn: () => ask(api.GET('/schedules', { params: { query: { page, limit: SCHEDULES_LIMIT } } })),
  });
}

export type Schedule = NonNullable<ReturnType<typeof useSchedules>['data']>['schedules'][number];

/** What a run of the crew has to be told. */
export function useCrewInputs(crewId: string) {
  return useQuery({
    queryKey: ['crews', 'inputs', crewId],
    queryFn: async () =>
      (await ask(api.GET('/crews/{id}/inputs', { params: { path: { id: crewId } } }))).placeholders,
    enabled: crewId !== '',
  });
}
