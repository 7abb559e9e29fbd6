import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, ask } from '../api/api.ts';
import { keptText } from '../ui/kept-text.ts';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => {
    const me = await ask(api.GET('/auth/me'));
    keptText.belongsTo(me.id);
    return me;
  },
  staleTime: 60_000,
});

export type Me = Awaited<ReturnType<NonNullable<typeof meQuery.queryFn>>>;

/** Who is signed in. Only below the shell, which has asked by then. */
export function useMe() {
  return useSuspenseQuery(meQuery).data;
}

export type Role = 'viewer' | 'editor' | 'admin' | 'owner';

/** From least to most. */
const ROLES: readonly string[] = ['viewer', 'editor', 'admin', 'owner'] satisfies readonly Role[];

/** Whether the person's role is at least `needed`: what one may not do is not offered. */
export function useMay(needed: Role): boolean {
  return ROLES.indexOf(useMe().role) >= ROLES.indexOf(needed);
}
