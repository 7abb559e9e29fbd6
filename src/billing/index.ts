export { createBilling } from './create-billing.ts';
export { billingErrors } from './errors.ts';
export { billingInvariants } from './invariants.ts';
export { dollars, formatUsd, parseUsd, usdNumber } from './money.ts';
export { type Books, readBooks } from './read-books.ts';
export type { Spend } from './read-spend.ts';
export type {
  Balance,
  Billing,
  Charge,
  Hold,
  HoldRequest,
  Payer,
  PayingAgent,
  UsageIncrement,
  UsageSubject,
} from './types.ts';
export type { UsageFilter } from './usage-filter.ts';
export type { NamedUsageRow } from './usage-log.ts';
export { createUsageLog, type UsageLog } from './usage-log.ts';
export type { UsageGroup, UsageSummary, UsageTotals } from './usage-summary.ts';
