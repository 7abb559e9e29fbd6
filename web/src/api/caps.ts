interface Capped {
  readonly daily_limit_usd: number | null;
  readonly daily_spent_usd: number;
  readonly daily_left_usd: number | null;
  readonly monthly_limit_usd: number | null;
  readonly monthly_spent_usd: number;
  readonly monthly_left_usd: number | null;
}

export interface Cap {
  readonly period: 'day' | 'month';
  readonly limit: number;
  readonly spent: number;
  readonly left: number;
}

/** A key or an agent that has a cap. */
export interface NamedCaps {
  readonly id: string;
  readonly name: string;
  readonly caps: readonly Cap[];
}

/** The caps that a key or an agent has, with what is left of them. */
export function capsOf(capped: Capped): readonly Cap[] {
  const cap = (period: Cap['period'], limit: number | null, spent: number, left: number | null): Cap[] =>
    limit === null || left === null ? [] : [{ period, limit, spent, left }];
  return [
    ...cap('day', capped.daily_limit_usd, capped.daily_spent_usd, capped.daily_left_usd),
    ...cap('month', capped.monthly_limit_usd, capped.monthly_spent_usd, capped.monthly_left_usd),
  ];
}
