import { useQuery } from '@tanstack/react-query';
import { api, ask } from './api.ts';
import { askAll } from './ask-all.ts';
import { capsOf, type NamedCaps } from './caps.ts';

/** The agents that have a cap of a day or month, with what is left of it: all, or those whose name has `q` in it. */
export function useAgentCaps(q = ''): readonly NamedCaps[] {
  const agents = useQuery({
    queryKey: ['agents', 'capped', q],
    queryFn: () =>
      askAll(
        (page) =>
          ask(api.GET('/agents', { params: { query: { ...page, capped: true, ...(q !== '' && { q }) } } })),
        ({ agents }) => agents,
        ({ id }) => id,
      ),
  });
  return (agents.data ?? []).map((agent) => ({ id: agent.id, name: agent.name, caps: capsOf(agent) }));
}
