import type { AccountPlan, Accounts, RequestLimits } from '../accounts/index.ts';
import type { Database, Statement } from '../db/index.ts';
import { limitErrors } from './errors.ts';
import { boundJobs, isJobBound } from './job-bound.ts';
import { OpenStreams } from './open-streams.ts';
import { boundsOf, ownQuotas, type Quotas, quotasOf } from './quotas.ts';
import { type Counted, type RequestLimiter, type Verdict, WINDOW_MS } from './types.ts';

/** How an account stands; `policy` names all quotas that count as the header RateLimit-Policy does. */
export interface Standing extends Verdict {
  readonly policy: string;
  /** Whose quota is nearest to its end. */
  readonly of: 'account' | 'key';
}

/** A key with request limits of its own. */
export interface LimitedKey {
  readonly keyId: string;
  readonly requestLimits: RequestLimits | undefined;
}

/** What a batch that starts jobs ends with; `refused` is what to throw when `write` names its guard. */
export interface JobBound {
  readonly statements: readonly Statement[];
  refused(guard: string): Error | undefined;
}

export interface Limits {
  /**
   * Counts a request of the account, over all its keys and logins, and against the key's own limits when it has some:
   * both, or neither. Undefined: there is no limit.
   */
  take(accountId: string, key?: LimitedKey): Promise<Standing | undefined>;
  /**
   * Counts an open stream of the account; what it resolves to counts it off. Of this process. Throws
   * concurrent_streams_limit_reached.
   */
  openStream(accountId: string): Promise<() => void>;
  /** Keeps the account within its limit on jobs that are queued or running. */
  boundJobs(accountId: string): Promise<JobBound>;
}

const NONE: JobBound = { statements: [], refused: () => undefined };
/** Nobody knows when a stream or a job ends; soon enough to be worth a try, rare enough to cost nothing. */
const STREAM_RETRY_MS = 1_000;
const JOB_RETRY_MS = 5_000;

/** The limits of accounts, by their plans: an account's change of plan is in force with its next request. */
export function createLimits({
  limiter,
  findPlan,
  db,
}: {
  readonly limiter: RequestLimiter;
  readonly findPlan: Accounts['findPlan'];
  readonly db: Database;
}): Limits {
  /** What follows from a plan or a key's limits; both are the same object for as long as they are remembered. */
  const known = new WeakMap<object, Plan>();
  const streams = new OpenStreams();

  const planOf = <T extends object>(of: T, quotas: (of: T) => Quotas | undefined, prefix = ''): Plan => {
    let found = known.get(of);
    if (!found) {
      found = toPlan(quotas(of), prefix);
      known.set(of, found);
    }
    return found;
  };

  return {
    async take(accountId, key) {
      const account = planOf<AccountPlan>(await findPlan(accountId), quotasOf);
      const own = key?.requestLimits && planOf<RequestLimits>(key.requestLimits, ownQuotas, 'key-');
      const [first, ...others]: Counted[] = [
        ...(account.quotas ? [{ id: accountId, quotas: account.quotas }] : []),
        ...(key && own?.quotas ? [{ id: key.keyId, quotas: own.quotas }] : []),
      ];
      if (!first) return undefined;
      const taken = limiter.take([first, ...others]);
      const verdict = taken instanceof Promise ? await taken : taken;
      const policy = [account.policy, own?.policy ?? ''].filter((text) => text !== '').join(', ');
      return { ...verdict, policy, of: verdict.id === accountId ? 'account' : 'key' };
    },

    async openStream(accountId) {
      const limit = boundsOf(await findPlan(accountId)).streams;
      const close = streams.open(accountId, limit);
      if (close) return close;
      throw limitErrors.concurrent_streams_limit_reached(
        `The account has ${limit} streams open, as many as it may. Close one, or ask for a higher limit.`,
        { retryAfterMs: STREAM_RETRY_MS },
      );
    },

    async boundJobs(accountId) {
      const limit = boundsOf(await findPlan(accountId)).jobs;
      if (limit === Number.POSITIVE_INFINITY) return NONE;
      return {
        statements: boundJobs(db, accountId, limit),
        refused: (guard) =>
          isJobBound(guard)
            ? limitErrors.running_jobs_limit_reached(
                `The account may have ${limit} jobs queued or running at once. Wait for one to end, or ask for a higher limit.`,
                { retryAfterMs: JOB_RETRY_MS },
              )
            : undefined,
      };
    },
  };
}

/** The refusal of a request, with the truth about when to come back. */
export function refusal({ limit, resetMs, of }: Standing): Error {
  const seconds = Math.max(1, Math.ceil(resetMs / 1000));
  const [whose, ask] =
    of === 'key' ? ['agent key', 'raise its limits'] : ['account', 'ask for a higher tier'];
  return limitErrors.rate_limit_exceeded(
    `The ${whose} has used up its ${limit} requests. Retry in ${seconds} s, or ${ask}.`,
    { retryAfterMs: resetMs },
  );
}

interface Plan {
  readonly quotas: Quotas | undefined;
  readonly policy: string;
}

function toPlan(quotas: Quotas | undefined, prefix: string): Plan {
  const policy = (quotas ?? []).map(
    ({ window, limit }) => `"${prefix}${window}";q=${limit};w=${WINDOW_MS[window] / 1000}`,
  );
  return { quotas, policy: policy.join(', ') };
}
