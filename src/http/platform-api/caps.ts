import { Type } from 'typebox';
import { type Spend, usdNumber } from '../../billing/index.ts';
import { usdOrNull } from './amounts.ts';
import { Nullable, Usd } from './schemas.ts';

const Left = Nullable(
  Type.Number({ description: 'What is left of the cap, calls under way not counted yet; null without one.' }),
);

/** The caps of a key or an agent, and what of them is used up. */
export const CapFields = {
  daily_limit_usd: Nullable(Usd),
  daily_spent_usd: Type.Number({
    description: 'What counts against the cap of today (UTC), if there is one.',
  }),
  daily_left_usd: Left,
  monthly_limit_usd: Nullable(Usd),
  monthly_spent_usd: Type.Number({ description: 'The same of this month (UTC).' }),
  monthly_left_usd: Left,
};

interface Capped {
  readonly dailyLimitNanoUsd: bigint | undefined;
  readonly monthlyLimitNanoUsd: bigint | undefined;
}

const NOTHING: Spend = { dayNanoUsd: 0n, monthNanoUsd: 0n };

export function toCaps({ dailyLimitNanoUsd, monthlyLimitNanoUsd }: Capped, spend: Spend = NOTHING) {
  return {
    daily_limit_usd: usdOrNull(dailyLimitNanoUsd),
    daily_spent_usd: usdNumber(spend.dayNanoUsd),
    daily_left_usd: usdOrNull(leftOf(dailyLimitNanoUsd, spend.dayNanoUsd)),
    monthly_limit_usd: usdOrNull(monthlyLimitNanoUsd),
    monthly_spent_usd: usdNumber(spend.monthNanoUsd),
    monthly_left_usd: usdOrNull(leftOf(monthlyLimitNanoUsd, spend.monthNanoUsd)),
  };
}

/** A cap that was lowered since may be less than what is spent. */
function leftOf(limit: bigint | undefined, spent: bigint): bigint | undefined {
  if (limit === undefined) return undefined;
  return limit > spent ? limit - spent : 0n;
}
