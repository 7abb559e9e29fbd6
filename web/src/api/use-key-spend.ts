import { useQuery } from '@tanstack/react-query';
import { api, ask } from './api.ts';
import { type Cap, type Capped, capsOf } from './caps.ts';

interface CappedKey extends Capped {
  readonly id: string;
}

async function spentSince(from: string): Promise<ReadonlyMap<string, number>> {
  const { by_key } = await ask(api.GET('/usage/summary', { params: { query: { from, source: 'key' } } }));
  return new Map(by_key.map(({ key_id, cost_usd }) => [key_id ?? '', cost_usd]));
}

/** The caps of a key with what is left of them; none while it is not known. Days and months are UTC, as the server's. */
export function useKeySpend(enabled: boolean): (key: CappedKey) => readonly Cap[] {
  const today = new Date().toISOString().slice(0, 10);
  const day = useQuery({
    queryKey: ['usage', 'by-key', today],
    queryFn: () => spentSince(today),
    enabled,
  });
  const firstOfMonth = `${today.slice(0, 7)}-01`;
  const month = useQuery({
    queryKey: ['usage', 'by-key', 'month', firstOfMonth],
    queryFn: () => spentSince(firstOfMonth),
    enabled,
  });
  // A key that is not among the sums has spent nothing.
  const spentBy = (id: string, sums?: ReadonlyMap<string, number>) => sums && (sums.get(id) ?? 0);
  return (key) => capsOf(key, { day: spentBy(key.id, day.data), month: spentBy(key.id, month.data) });
}
