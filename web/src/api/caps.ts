export interface Capped {
  readonly daily_limit_usd: number | null;
  readonly monthly_limit_usd: number | null;
}

export interface Cap {
  readonly period: 'day' | 'month';
  readonly limit: number;
  readonly spent: number;
  readonly left: number;
}

/** The caps that there are, as far as it is known what was spent of them. */
export function capsOf(
  { daily_limit_usd, monthly_limit_usd }: Capped,
  spent: Readonly<Record<Cap['period'], number | undefined>>,
): readonly Cap[] {
  const cap = (period: Cap['period'], limit: number | null): Cap[] => {
    const sum = spent[period];
    if (limit === null || sum === undefined) return [];
    return [{ period, limit, spent: sum, left: Math.max(0, limit - sum) }];
  };
  return [...cap('day', daily_limit_usd), ...cap('month', monthly_limit_usd)];
}
