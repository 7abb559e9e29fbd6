import { billingErrors } from './errors.ts';
import { dollars } from './money.ts';
import { msUntilNextDay, msUntilNextMonth } from './periods.ts';
import { AGENT_DAILY_CAP, AGENT_MONTHLY_CAP, DAILY_CAP, MONTHLY_CAP } from './store.ts';
import type { Balance, Payer } from './types.ts';

const LESS = 'Lower max_tokens (max_output_tokens in Responses)';
const DAY_ENDS = '00:00 UTC';
const MONTH_ENDS = '00:00 UTC on the 1st';

/**
 * What a payer is told whose call does not fit the bound that this guard keeps. `balance` is looked up where that
 * bound is the credit: who asks again and again past a cap costs no more than the asking.
 */
export async function refusalOf(
  guard: string,
  {
    payer,
    amount,
    now,
    balance,
  }: { payer: Payer; amount: bigint; now: number; balance: () => Promise<Balance> },
): Promise<Error> {
  const cap = capOf(guard, payer, now);
  if (cap) {
    const { error, whose, limit, period, ends, retryAfterMs } = cap;
    const reason = `This call may cost up to ${dollars(amount)}, and ${whose} may spend ${dollars(limit)} a ${period}`;
    // No wait helps a call that does not fit into an empty period.
    return amount > limit
      ? error(`${reason}. ${LESS}, or raise the cap.`, { isFinal: true })
      : error(
          `${reason}, of which not that much is left. ${LESS}, raise the cap, or wait: the ${period} ends at ${ends}.`,
          { retryAfterMs },
        );
  }
  const { balanceNanoUsd, heldNanoUsd } = await balance();
  return billingErrors.insufficient_credit(
    `This call may cost up to ${dollars(amount)}, and ${dollars(balanceNanoUsd - heldNanoUsd)} of credit is free. Add credit, or lower max_tokens (max_output_tokens in Responses).`,
  );
}

/** The cap that a guard keeps, with when it is counted anew; undefined for the credit. */
function capOf(guard: string, { key, agent }: Payer, now: number) {
  const day = { period: 'day', ends: DAY_ENDS, retryAfterMs: msUntilNextDay(now) };
  const month = { period: 'month', ends: MONTH_ENDS, retryAfterMs: msUntilNextMonth(now) };
  const ofKey = { whose: 'this key' };
  const ofAgent = { whose: 'the agent' };
  switch (guard) {
    case DAILY_CAP:
      return {
        ...day,
        ...ofKey,
        error: billingErrors.api_key_daily_limit_reached,
        limit: key?.dailyLimitNanoUsd ?? 0n,
      };
    case MONTHLY_CAP:
      return {
        ...month,
        ...ofKey,
        error: billingErrors.api_key_monthly_limit_reached,
        limit: key?.monthlyLimitNanoUsd ?? 0n,
      };
    case AGENT_DAILY_CAP:
      return {
        ...day,
        ...ofAgent,
        error: billingErrors.agent_daily_limit_reached,
        limit: agent?.dailyLimitNanoUsd ?? 0n,
      };
    case AGENT_MONTHLY_CAP:
      return {
        ...month,
        ...ofAgent,
        error: billingErrors.agent_monthly_limit_reached,
        limit: agent?.monthlyLimitNanoUsd ?? 0n,
      };
    default:
      return undefined;
  }
}
