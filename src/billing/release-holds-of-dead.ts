import { type Database, type HoldsTable, isOrphan, type Statement } from '../db/index.ts';
import type { BillingStore } from './store.ts';

/** Looked up at once; what is more is for the next time. */
const PAGE = 500;

/**
 * Gives back the holds of processes that are not alive, each by itself and once, whoever else does the same. Returns how
 * many there were.
 */
export async function releaseHoldsOfDead(db: Database, store: BillingStore): Promise<number> {
  const orphans = await db.all(
    db.build.selectFrom('holds').selectAll().where(isOrphan('holds.owner')).limit(PAGE),
  );
  const results = await Promise.all(orphans.map((hold) => db.write(releaseStored(db, store, hold))));
  return results.filter(({ ok }) => ok).length;
}

/** The statements that give back a hold of which only its row is known. */
export function releaseStored(db: Database, store: BillingStore, hold: HoldsTable): Statement[] {
  const { id, account_id: accountId, key_id: keyId, amount_nano_usd: held } = hold;
  const periods = [hold.day, hold.month].filter((period) => period !== null);
  const capped =
    keyId === null || periods.length === 0
      ? []
      : [
          db.statement(
            db.build
              .updateTable('key_spend')
              .set((eb) => ({ held_nano_usd: eb('held_nano_usd', '-', held) }))
              .where('key_id', '=', keyId)
              .where('account_id', '=', accountId)
              .where('period', 'in', periods),
          ),
        ];
  return [store.deleteHold({ id, accountId }), store.endHold({ accountId, held, cost: 0n }), ...capped];
}
