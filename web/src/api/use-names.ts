import { useQuery } from '@tanstack/react-query';
import { useMay } from '../session/use-me.ts';
import { tellApart } from '../ui/tell-apart.ts';
import { api, ask } from './api.ts';
import { askAll } from './ask-all.ts';
import { RARELY_CHANGED } from './rarely-changed.ts';
import { useCrews } from './use-crews.ts';

/** All agents, crews and keys, to choose among, and the name behind an id; an id without one stands for itself. */
export function useNames() {
  const mayKeys = useMay('admin');
  const agents = useQuery({
    queryKey: ['agents', 'names'],
    queryFn: () =>
      askAll(
        (query) => ask(api.GET('/agents', { params: { query } })),
        (reply) => reply.agents,
        ({ id }) => id,
      ),
    ...RARELY_CHANGED,
  });
  const crews = useCrews();
  const keys = useQuery({
    queryKey: ['keys', 'names'],
    queryFn: () =>
      askAll(
        (query) => ask(api.GET('/agent-keys', { params: { query } })),
        (reply) => reply.keys,
        ({ id }) => id,
      ),
    ...RARELY_CHANGED,
    enabled: mayKeys,
  });
  const callable = [...(agents.data ?? []), ...(crews.data ?? [])];
  const names = new Map([...callable, ...(keys.data ?? [])].map(({ id, name }) => [id, name]));
  for (const [id, beside] of tellApart(callable)) names.set(id, `${names.get(id)} (${beside})`);
  return {
    agents: agents.data ?? [],
    crews: crews.data ?? [],
    /** Empty for who may not see keys. */
    keys: keys.data ?? [],
    /** Whether the names have come: before that, none of them means nothing. */
    areKnown: agents.isSuccess && crews.isSuccess,
    nameOf: (id: string) => names.get(id) ?? id,
  };
}
