import { billingErrors } from './errors.ts';
import { formatUsd } from './money.ts';
import { msUntilNextDay, msUntilNextMonth } from './periods.ts';
import { AGENT_DAILY_CAP, AGENT_MONTHLY_CAP, DAILY_CAP, MONTHLY_CAP } from './store.ts';
import type { Balance, Payer } from './types.ts';

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
  if (guard === DAILY_CAP) {
    return billingErrors.api_key_daily_limit_reached(
      `This key may spend $${formatUsd(payer.key?.dailyLimitNanoUsd ?? 0n)} a day and has no room left for this call. The day ends at 00:00 UTC.`,
      { retryAfterMs: msUntilNextDay(now) },
    );
  }
  if (guard === MONTHLY_CAP) {
    return billingErrors.api_key_monthly_limit_reached(
      `This key may spend $${formatUsd(payer.key?.monthlyLimitNanoUsd ?? 0n)} a month and has no room left for this call. The month ends at 00:00 UTC on the 1st.`,
      { retryAfterMs: msUntilNextMonth(now) },
    );
  }
  if (guard === AGENT_DAILY_CAP) {
    return billingErrors.agent_daily_limit_reached(
      `The agent may spend $${formatUsd(payer.agent?.dailyLimitNanoUsd ?? 0n)} a day and has no room left for this call. The day ends at 00:00 UTC.`,
      { retryAfterMs: msUntilNextDay(now) },
    );
  }
  if (guard === AGENT_MONTHLY_CAP) {
    return billingErrors.agent_monthly_limit_reached(
      `The agent may spend $${formatUsd(payer.agent?.monthlyLimitNanoUsd ?? 0n)} a month and has no room left for this call. The month ends at 00:00 UTC on the 1st.`,
      { retryAfterMs: msUntilNextMonth(now) },
    );
  }
  const { balanceNanoUsd, heldNanoUsd } = await balance();
  return billingErrors.insufficient_credit(
    `This call may cost up to $${formatUsd(amount)}, and $${formatUsd(balanceNanoUsd - heldNanoUsd)} of credit is free. Add credit, or lower max_tokens (max_output_tokens in Responses).`,
  );
}
