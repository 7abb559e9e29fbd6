export { type Billing, createBilling } from './create-billing.ts';
export { billingErrors } from './errors.ts';
export { formatUsd, parseUsd, usdNumber } from './money.ts';
export type { Balance, Charge, Hold, Payer, UsageIncrement, UsageSubject } from './types.ts';
export {
  createUsageLog,
  type UsageFilter,
  type UsageLog,
  type UsageRow,
  type UsageTotals,
} from './usage-log.ts';
