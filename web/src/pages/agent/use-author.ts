import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import { useMay, useMe } from '../../session/use-me.ts';

/** What a person is called by their id; only admins may see who there is. Undefined: nobody, or not known yet. */
export function usePersonName(): (id: string | null) => string | undefined {
  const me = useMe();
  const mayAsk = useMay('admin');
  const people = useQuery({
    queryKey: ['people', 'names'],
    queryFn: async () => (await ask(api.GET('/users', { params: { query: { page: 1, limit: 100 } } }))).users,
    enabled: mayAsk,
    staleTime: 60_000,
  });
  return (id) => {
    if (id === null) return undefined;
    if (id === me.id) return 'you';
    const person = people.data?.find((each) => each.id === id);
    if (person) return person.name === '' ? person.email : person.name;
    return mayAsk && people.isPending ? undefined : 'somebody else';
  };
}

/** Who saved a version of an agent, where that is known. */
export function useAuthor(agentId: string, version: number): string | undefined {
  const nameOf = usePersonName();
  const saved = useQuery({
    queryKey: ['agents', agentId, 'version', version],
    queryFn: () =>
      ask(api.GET('/agents/{id}/versions/{version}', { params: { path: { id: agentId, version } } })),
  });
  return nameOf(saved.data?.created_by ?? null);
}
