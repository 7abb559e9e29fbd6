import type { AccountPlan, Tier } from '../accounts/index.ts';
import type { Quota } from './types.ts';

export type Quotas = readonly [Quota, ...Quota[]];

const TIERS: Readonly<Record<Tier, Quotas | undefined>> = {
  free: [
    { window: 'minute', limit: 100 },
    { window: 'hour', limit: 1_000 },
  ],
  pro: [
    { window: 'minute', limit: 1_000 },
    { window: 'hour', limit: 10_000 },
  ],
  enterprise: undefined,
};

/** What an account may do: its own numbers when it has any, else its tier's; undefined: as much as it likes. */
export function quotasOf({ tier, limits }: AccountPlan): Quotas | undefined {
  if (!limits) return TIERS[tier];
  const { requestsPerMinute, requestsPerHour } = limits;
  const [first, ...others]: Quota[] = [
    ...(requestsPerMinute === undefined ? [] : [{ window: 'minute', limit: requestsPerMinute } as const]),
    ...(requestsPerHour === undefined ? [] : [{ window: 'hour', limit: requestsPerHour } as const]),
  ];
  return first && [first, ...others];
}
