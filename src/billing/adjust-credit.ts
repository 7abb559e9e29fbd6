import { type AuditRecorder, SYSTEM } from '../audit/index.ts';
import type { Database } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import { commonErrors } from '../lib/errors.ts';
import { billingErrors } from './errors.ts';
import { dollars, formatUsd } from './money.ts';
import { type BillingStore, CREDIT } from './store.ts';
import type { Balance, Billing, CreditChange } from './types.ts';

interface AdjustDeps {
  readonly db: Database;
  readonly store: BillingStore;
  readonly audit: AuditRecorder;
  readonly clock: Clock;
  readonly balance: Billing['balance'];
}

/** See Billing.adjust. */
export async function adjustCredit(
  { db, store, audit, clock, balance }: AdjustDeps,
  { id, accountId, amountNanoUsd, reason, actor, by = SYSTEM, alsoKeep = [] }: CreditChange,
): Promise<Balance> {
  const change = db.build
    .updateTable('accounts')
    .set((eb) => ({ balance_nano_usd: eb('balance_nano_usd', '+', amountNanoUsd) }))
    .where('id', '=', accountId)
    .where('deleted_at', 'is', null)
    .where((eb) => eb(eb('balance_nano_usd', '+', amountNanoUsd), '>=', eb.ref('held_nano_usd')));
  const entry = store.insertLedger({
    id,
    accountId,
    kind: amountNanoUsd >= 0n ? 'grant' : 'adjust',
    amount: amountNanoUsd,
    runId: null,
    reason,
    price: null,
    actor,
    countedOn: null,
    now: clock.now(),
  });
  const line = audit.record({
    accountId,
    action: 'credit.adjusted',
    by,
    object: { type: 'account', id: accountId },
    details: { amountUsd: formatUsd(amountNanoUsd), reason, ledgerId: id },
  });
  const result = await db.write([db.statement(change, CREDIT), entry, line, ...alsoKeep]);
  if (!result.ok) {
    if (!(await isThere(db, accountId))) throw commonErrors.not_found(`There is no account '${accountId}'.`);
    const { balanceNanoUsd, heldNanoUsd } = await balance(accountId);
    throw billingErrors.insufficient_credit(
      `Taking ${dollars(-amountNanoUsd)} away would leave less than is on hold: the balance is ${dollars(balanceNanoUsd)}, ${dollars(heldNanoUsd)} of it held.`,
    );
  }
  return balance(accountId);
}

async function isThere(db: Database, accountId: string): Promise<boolean> {
  const account = db.build.selectFrom('accounts').select('id').where('id', '=', accountId);
  return (await db.first(account.where('deleted_at', 'is', null))) !== undefined;
}
