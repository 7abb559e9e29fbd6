import type { Statement } from '../db/index.ts';
import type { Periods } from './periods.ts';
import type { BillingStore } from './store.ts';
import type { Payer } from './types.ts';

/** The guarded statements that set an amount aside of everything that bounds a payer: all of them, or none. */
export function reservations(
  store: BillingStore,
  payer: Payer,
  amount: bigint,
  periods: Periods,
): Statement[] {
  const { day, month } = periods;
  const { accountId, key } = payer;
  const statements = [store.reserveCredit({ accountId, amount })];
  if (key?.dailyLimitNanoUsd !== undefined) {
    const limit = key.dailyLimitNanoUsd;
    statements.push(store.reserveDailyCap({ keyId: key.id, period: day, accountId, amount, limit }));
  }
  if (key?.monthlyLimitNanoUsd !== undefined) {
    const limit = key.monthlyLimitNanoUsd;
    statements.push(store.reserveMonthlyCap({ keyId: key.id, period: month, accountId, amount, limit }));
  }
  statements.push(...agentReservations(store, payer, amount, periods));
  return statements;
}

/** After the account's own row is taken, so that of calls that come at once each counts those before it. */
function agentReservations(
  store: BillingStore,
  { accountId, agent }: Payer,
  amount: bigint,
  { day, month }: Periods,
): Statement[] {
  const { id: agentId = '', dailyLimitNanoUsd: daily, monthlyLimitNanoUsd: monthly } = agent ?? {};
  const call = { accountId, agentId, amount };
  const statements: Statement[] = [];
  if (daily !== undefined) {
    const since = Date.parse(day);
    statements.push(store.reserveAgentDay({ ...call, period: day, since, limit: daily }));
  }
  if (monthly !== undefined) {
    const since = Date.parse(month);
    statements.push(store.reserveAgentMonth({ ...call, period: month, since, limit: monthly }));
  }
  return statements;
}
