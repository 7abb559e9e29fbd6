import { sql } from 'kysely';
import type { AccountsTable, Database, Statement } from '../db/index.ts';
import { isJsonObject } from '../lib/json.ts';
import { type PageRequest, pageOffset } from '../lib/page.ts';
import { type Account, type AccountLimits, type AccountPlan, TIERS, type Tier } from './types.ts';

export interface NewAccount {
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  readonly limits: AccountLimits | undefined;
  readonly creditNanoUsd: bigint;
  readonly actor: string | null;
  readonly createdAt: number;
}

export interface AccountChange {
  readonly name?: string;
  readonly tier?: Tier;
  /** null: back to those of the tier. */
  readonly limits?: AccountLimits | null;
  readonly status?: Account['status'];
}

export type AccountStore = ReturnType<typeof createAccountStore>;

/** SQL of accounts. The operator's verbs are the only ones that see more than one. */
export function createAccountStore(db: Database) {
  const readPlan = db.prepareRead<{ id: string }, { tier: string; limits: string | null }>((queries, param) =>
    queries.selectFrom('accounts').select(['tier', 'limits']).where('id', '=', param('id')),
  );

  /** Of deleted accounts only the id is left. */
  const there = () => db.build.selectFrom('accounts').where('deleted_at', 'is', null);

  return {
    async hasAnyAccount(): Promise<boolean> {
      return (await db.first(db.build.selectFrom('accounts').select('id').limit(1))) !== undefined;
    },

    /** `from`: as it was at another moment. */
    async findAccount(accountId: string, from?: Pick<Database, 'scan'>): Promise<Account | undefined> {
      const query = there().selectAll().where('id', '=', accountId);
      const row = from ? (await from.scan(query))[0] : await db.first(query);
      return row && toAccount(row);
    },

    async listAccounts(request: PageRequest): Promise<{ items: Account[]; total: number }> {
      const rows = await db.all(
        there()
          .selectAll()
          .where('sandbox_of', 'is', null)
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(request.limit)
          .offset(pageOffset(request)),
      );
      const counted = await db.first(
        there()
          .select((eb) => eb.fn.countAll<number>().as('total'))
          .where('sandbox_of', 'is', null),
      );
      return { items: rows.map(toAccount), total: Number(counted?.total ?? 0) };
    },

    async findPlan(accountId: string): Promise<AccountPlan | undefined> {
      const [row] = await readPlan({ id: accountId });
      return row && { tier: toTier(row.tier), limits: toLimits(row.limits) };
    },

    /** The account and its credit together, so that Σ ledger = balance from the first moment on. */
    insertAccount(account: NewAccount): Statement[] {
      const insert = db.build.insertInto('accounts').values({
        id: account.id,
        name: account.name,
        tier: account.tier,
        limits: account.limits ? JSON.stringify(account.limits) : null,
        status: 'active',
        balance_nano_usd: account.creditNanoUsd,
        held_nano_usd: 0n,
        created_at: account.createdAt,
      });
      if (account.creditNanoUsd === 0n) return [db.statement(insert)];
      const grant = db.build.insertInto('ledger').values({
        id: `grant_${account.id}`,
        account_id: account.id,
        kind: 'grant',
        amount_nano_usd: account.creditNanoUsd,
        reason: 'Starting credit',
        actor: account.actor,
        created_at: account.createdAt,
      });
      return [db.statement(insert), db.statement(grant)];
    },

    /** The sandbox of an account, made by the first who asks for it; it has the account's tier and limits. */
    ensureSandbox(accountId: string, sandboxId: string, now: number): Statement {
      const copy = db.build
        .selectFrom('accounts as parent')
        .select([sql`${sandboxId}`.as('id'), sql`parent.name || ' (sandbox)'`.as('name')])
        .select(['parent.tier', 'parent.limits', 'parent.status', sql`${now}`.as('created_at')])
        .select('parent.id as sandbox_of')
        .where('parent.id', '=', accountId)
        .where('parent.deleted_at', 'is', null);
      return db.statement(
        db.build
          .insertInto('accounts')
          .columns(['id', 'name', 'tier', 'limits', 'status', 'created_at', 'sandbox_of'])
          .expression(copy)
          .onConflict((conflict) => conflict.column('id').doNothing()),
      );
    },

    /** A guard that holds for the account when it is the only one there is. */
    requireOnlyAccount(accountId: string): Statement {
      return db.statement(
        db.build
          .updateTable('accounts')
          .set({ status: 'active' })
          .where('id', '=', accountId)
          .where((eb) =>
            eb.not(
              eb.exists(
                eb.selectFrom('accounts as other').select('other.id').where('other.id', '!=', accountId),
              ),
            ),
          ),
        'first account',
      );
    },

    /** The account, and its sandbox, which keeps to the same plan. */
    updateAccount(accountId: string, change: AccountChange): Statement[] {
      const { limits, ...rest } = change;
      const set = {
        ...rest,
        ...(limits !== undefined && { limits: limits === null ? null : JSON.stringify(limits) }),
      };
      const { name: _, ...plan } = set;
      const update = db.build
        .updateTable('accounts')
        .set(set)
        .where('id', '=', accountId)
        .where('deleted_at', 'is', null);
      const twin = db.build.updateTable('accounts').set(plan).where('sandbox_of', '=', accountId);
      return [
        db.statement(update, 'account exists'),
        ...(Object.keys(plan).length > 0 ? [db.statement(twin)] : []),
      ];
    },
  };
}

function toAccount(row: AccountsTable): Account {
  return {
    id: row.id,
    name: row.name,
    tier: toTier(row.tier),
    limits: toLimits(row.limits),
    status: row.status === 'active' ? 'active' : 'suspended',
    balanceNanoUsd: row.balance_nano_usd,
    heldNanoUsd: row.held_nano_usd,
    createdAt: row.created_at,
  };
}

function toTier(text: string): Tier {
  const tier = TIERS.find((candidate) => candidate === text);
  if (tier === undefined) throw new Error(`The database holds an unknown tier '${text}'`);
  return tier;
}

function toLimits(text: string | null): AccountLimits | undefined {
  if (text === null) return undefined;
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) return undefined;
  const { requestsPerMinute, requestsPerHour, concurrentStreams, runningJobs } = value;
  return {
    ...(typeof requestsPerMinute === 'number' && { requestsPerMinute }),
    ...(typeof requestsPerHour === 'number' && { requestsPerHour }),
    ...(typeof concurrentStreams === 'number' && { concurrentStreams }),
    ...(typeof runningJobs === 'number' && { runningJobs }),
  };
}
