import { useQuery } from '@tanstack/react-query';
import { useMay } from '../session/use-me.ts';
import { tellApart } from '../ui/tell-apart.ts';
import { api, ask } from './api.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

const FIRST = { params: { query: { limit: 100 } } } as const;
const STALE_MS = 60_000;

/** Agents, crews and keys to choose among, and the name behind an id; an id without one stands for itself. */
export function useNames() {
  const mayKeys = useMay('admin');
  const agents = useQuery({
    queryKey: ['agents', 'names'],
    queryFn: async () => (await ask(api.GET('/agents', FIRST))).agents,
    staleTime: STALE_MS,
  });
  const crews = useQuery({
    queryKey: ['crews', 'names'],
    queryFn: async () => (await ask(api.GET('/crews', FIRST))).crews,
    staleTime: STALE_MS,
  });
  const keys = useQuery({
    queryKey: ['keys', 'names'],
    queryFn: async () => (await ask(api.GET('/agent-keys', FIRST))).keys,
    staleTime: STALE_MS,
    enabled: mayKeys,
  });
  const callable: Named[] = [...(agents.data ?? []), ...(crews.data ?? [])];
  const names = new Map([...callable, ...(keys.data ?? [])].map(({ id, name }) => [id, name]));
  for (const [id, beside] of tellApart(callable, crews.data ?? []))
    names.set(id, `${names.get(id)} (${beside})`);
  return {
    agents: agents.data ?? [],
    crews: crews.data ?? [],
    /** Empty for who may not see keys. */
    keys: keys.data ?? [],
    nameOf: (id: string) => names.get(id) ?? id,
  };
}
