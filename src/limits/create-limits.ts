import type { AccountPlan, Accounts } from '../accounts/index.ts';
import { limitErrors } from './errors.ts';
import { type Quotas, quotasOf } from './quotas.ts';
import { type RequestLimiter, type Verdict, WINDOW_MS } from './types.ts';

/** How an account stands; `policy` names all its quotas as the header RateLimit-Policy does. */
export interface Standing extends Verdict {
  readonly policy: string;
}

export interface Limits {
  /** Counts a request of the account, over all its keys and logins. Undefined: the account has no limit. */
  take(accountId: string): Promise<Standing | undefined>;
}

/** The request limits of accounts, by their plans: an account's change of plan is in force with its next request. */
export function createLimits({
  limiter,
  findPlan,
}: {
  readonly limiter: RequestLimiter;
  readonly findPlan: Accounts['findPlan'];
}): Limits {
  /** What follows from a plan; plans are the same object for as long as they are remembered. */
  const known = new WeakMap<AccountPlan, Plan>();
  return {
    async take(accountId) {
      const plan = await findPlan(accountId);
      let found = known.get(plan);
      if (!found) {
        found = toPlan(quotasOf(plan));
        known.set(plan, found);
      }
      if (!found.quotas) return undefined;
      const taken = limiter.take(accountId, found.quotas);
      const verdict = taken instanceof Promise ? await taken : taken;
      return { ...verdict, policy: found.policy };
    },
  };
}

/** The refusal of a request, with the truth about when to come back. */
export function refusal({ limit, resetMs }: Verdict): Error {
  const seconds = Math.max(1, Math.ceil(resetMs / 1000));
  return limitErrors.rate_limit_exceeded(
    `The account has used up its ${limit} requests. Retry in ${seconds} s, or ask for a higher tier.`,
    { retryAfterMs: resetMs },
  );
}

interface Plan {
  readonly quotas: Quotas | undefined;
  readonly policy: string;
}

function toPlan(quotas: Quotas | undefined): Plan {
  const policy = (quotas ?? []).map(
    ({ window, limit }) => `"${window}";q=${limit};w=${WINDOW_MS[window] / 1000}`,
  );
  return { quotas, policy: policy.join(', ') };
}
