import type { AccountPlan, RequestLimits, Tier } from '../accounts/index.ts';
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
  return limits ? ownQuotas(limits) : TIERS[tier];
}

export function ownQuotas(limits: RequestLimits): Quotas | undefined {
  const { requestsPerMinute, requestsPerHour } = limits;
  const [first, ...others]: Quota[] = [
    ...(requestsPerMinute === undefined ? [] : [{ window: 'minute', limit: requestsPerMinute } as const]),
    ...(requestsPerHour === undefined ? [] : [{ window: 'hour', limit: requestsPerHour } as const]),
  ];
  return first && [first, ...others];
}

const STREAMS: Readonly<Record<Tier, number>> = { free: 10, pro: 100, enterprise: Number.POSITIVE_INFINITY };
const JOBS: Readonly<Record<Tier, number>> = { free: 5, pro: 50, enterprise: Number.POSITIVE_INFINITY };

/** How much an account may have open at once: its own numbers when it has any, else its tier's. */
export function boundsOf({ tier, limits }: AccountPlan): { readonly streams: number; readonly jobs: number } {
  if (!limits) return { streams: STREAMS[tier], jobs: JOBS[tier] };
  const { concurrentStreams = Number.POSITIVE_INFINITY, runningJobs = Number.POSITIVE_INFINITY } = limits;
  return { streams: concurrentStreams, jobs: runningJobs };
}
