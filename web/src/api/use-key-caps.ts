import { useQuery } from '@tanstack/react-query';
import { useMay } from '../session/use-me.ts';
import { api, ask } from './api.ts';
import { askAll } from './ask-all.ts';
import { capsOf, type NamedCaps } from './caps.ts';

/** The keys that have a cap of a day or month, with what is left of it; none for who may not see keys. */
export function useKeyCaps(): readonly NamedCaps[] {
  const may = useMay('admin');
  const keys = useQuery({
    queryKey: ['keys', 'capped'],
    queryFn: () =>
      askAll(
        (page) => ask(api.GET('/agent-keys', { params: { query: { ...page, capped: true } } })),
        ({ keys }) => keys,
        ({ id }) => id,
      ),
    enabled: may,
  });
  return (keys.data ?? []).map((key) => ({ id: key.id, name: key.name, caps: capsOf(key) }));
}
