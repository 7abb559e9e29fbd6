import { sql } from 'kysely';
import type { Database } from '../db/index.ts';

/** What an account has come to. */
export interface Books {
  readonly balanceNanoUsd: bigint;
  /** Set aside for calls that are not settled. */
  readonly heldNanoUsd: bigint;
  readonly billedNanoUsd: bigint;
}

/** Read at one moment: what is charged after that changes the balance too. */
export async function readBooks(db: Pick<Database, 'build' | 'scan'>, accountId: string): Promise<Books> {
  const [row] = await db.scan(
    db.build
      .selectFrom('accounts')
      .select(['balance_nano_usd', 'held_nano_usd'])
      .select((eb) =>
        eb
          .selectFrom('ledger')
          .select(sql<bigint>`coalesce(-sum(amount_nano_usd), 0)`.as('sum'))
          .where('account_id', '=', accountId)
          .where('kind', '=', 'charge')
          .as('billed_nano_usd'),
      )
      .where('id', '=', accountId),
  );
  return {
    balanceNanoUsd: row?.balance_nano_usd ?? 0n,
    heldNanoUsd: row?.held_nano_usd ?? 0n,
    billedNanoUsd: row?.billed_nano_usd ?? 0n,
  };
}
