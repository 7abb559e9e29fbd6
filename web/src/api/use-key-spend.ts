import { useQuery } from '@tanstack/react-query';
import { api, ask } from './api.ts';

interface Capped {
  readonly id: string;
  readonly daily_limit_usd: number | null;
  readonly monthly_limit_usd: number | null;
}

export interface Cap {
  readonly period: 'day' | 'month';
  readonly limit: number;
  readonly spent: number;
  readonly left: number;
}

async function spentSince(from: string): Promise<ReadonlyMap<string, number>> {
  const { by_key } = await ask(api.GET('/usage/summary', { params: { query: { from, source: 'key' } } }));
  return new Map(by_key.map(({ key_id, cost_usd }) => [key_id ?? '', cost_usd]));
}

/** The caps of a key with what is left of them; none while it is not known. Days and months are UTC, as the server's. */
export function useKeySpend(enabled: boolean): (key: Capped) => readonly Cap[] {
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
  return ({ id, daily_limit_usd, monthly_limit_usd }) => {
    const cap = (period: Cap['period'], limit: number | null, sums = day.data): Cap[] => {
      if (limit === null || !sums) return [];
      const spent = sums.get(id) ?? 0;
      return [{ period, limit, spent, left: Math.max(0, limit - spent) }];
    };
    return [...cap('day', daily_limit_usd), ...cap('month', monthly_limit_usd, month.data)];
  };
}
