import { sql } from 'kysely';
import type { Database } from '../db/index.ts';

/** Guards of the hold batch; each names the bound that refused. */
export const CREDIT = 'credit';
export const DAILY_CAP = 'daily-cap';
export const MONTHLY_CAP = 'monthly-cap';
export const AGENT_DAILY_CAP = 'agent-daily-cap';
export const AGENT_MONTHLY_CAP = 'agent-monthly-cap';
/** A settlement or release whose hold is gone has been made before. */
const HOLD = 'hold';

/** The ledger's statements, compiled once: all of them are on the path of every call. */
export function createBillingStore(db: Database) {
  const reserveCap = (guard: string) =>
    db.prepare<{ keyId: string; period: string; accountId: string; amount: bigint; limit: bigint }>(
      (queries, param) =>
        queries
          .insertInto('key_spend')
          .columns(['key_id', 'period', 'account_id', 'spent_nano_usd', 'held_nano_usd'])
          .expression(
            queries
              .selectNoFrom([
                sql`${param('keyId')}`.as('key_id'),
                sql`${param('period')}`.as('period'),
                sql`${param('accountId')}`.as('account_id'),
                sql`0`.as('spent_nano_usd'),
                sql`${param('amount')}`.as('held_nano_usd'),
              ])
              .where(sql<boolean>`${param('amount')} <= ${param('limit')}`),
          )
          .onConflict((conflict) =>
            conflict
              .columns(['key_id', 'period'])
              .doUpdateSet((eb) => ({
                held_nano_usd: eb('key_spend.held_nano_usd', '+', eb.ref('excluded.held_nano_usd')),
              }))
              .where(
                sql<boolean>`key_spend.spent_nano_usd + key_spend.held_nano_usd + excluded.held_nano_usd <= ${param('limit')}`,
              ),
          ),
      guard,
    );

  const agentCap = (guard: string) =>
    db.prepare<{
      accountId: string;
      agentId: string;
      period: string;
      since: number;
      amount: bigint;
      limit: bigint;
    }>((queries, param) => {
      const spent = queries
        .selectFrom('agent_spend')
        .select(sql<bigint>`coalesce(sum(spent_nano_usd), 0)`.as('sum'))
        .where('account_id', '=', param('accountId'))
        .where('agent_id', '=', param('agentId'))
        .where('period', '=', param('period'));
      const held = queries
        .selectFrom('holds')
        .select(sql<bigint>`coalesce(sum(amount_nano_usd), 0)`.as('sum'))
        .where('account_id', '=', param('accountId'))
        .where('agent_id', '=', param('agentId'))
        .where('created_at', '>=', param('since'));
      return queries
        .updateTable('accounts')
        .set((eb) => ({ tier: eb.ref('tier') }))
        .where('id', '=', param('accountId'))
        .where(sql<boolean>`(${spent}) + (${held}) + ${param('amount')} <= ${param('limit')}`);
    }, guard);

  return {
    reserveCredit: db.prepare<{ accountId: string; amount: bigint }>(
      (queries, param) =>
        queries
          .updateTable('accounts')
          .set((eb) => ({ held_nano_usd: eb('held_nano_usd', '+', param('amount')) }))
          .where('id', '=', param('accountId'))
          // Who has deleted the account pays for nothing more, whatever was still under way.
          .where('deleted_at', 'is', null)
          .where((eb) => eb(eb('balance_nano_usd', '-', eb.ref('held_nano_usd')), '>=', param('amount'))),
      CREDIT,
    ),
    reserveDailyCap: reserveCap(DAILY_CAP),
    reserveMonthlyCap: reserveCap(MONTHLY_CAP),
    /** What the agent has spent in the period, and holds since it began, with this one, stays within the limit. */
    reserveAgentDay: agentCap(AGENT_DAILY_CAP),
    reserveAgentMonth: agentCap(AGENT_MONTHLY_CAP),
    insertHold: db.prepare<{
      id: string;
      accountId: string;
      runId: string;
      keyId: string | null;
      agentId: string | null;
      amount: bigint;
      owner: string;
      day: string | null;
      month: string | null;
      now: number;
    }>((queries, param) =>
      queries.insertInto('holds').values({
        id: param('id'),
        account_id: param('accountId'),
        run_id: param('runId'),
        key_id: param('keyId'),
        agent_id: param('agentId'),
        amount_nano_usd: param('amount'),
        owner: param('owner'),
        day: param('day'),
        month: param('month'),
        created_at: param('now'),
      }),
    ),
    deleteHold: db.prepare<{ id: string; accountId: string }>(
      (queries, param) =>
        queries
          .deleteFrom('holds')
          .where('id', '=', param('id'))
          .where('account_id', '=', param('accountId')),
      HOLD,
    ),
    /** Takes a hold off the account and, with `cost`, bills it. */
    endHold: db.prepare<{ accountId: string; held: bigint; cost: bigint }>((queries, param) =>
      queries
        .updateTable('accounts')
        .set((eb) => ({
          balance_nano_usd: eb('balance_nano_usd', '-', param('cost')),
          held_nano_usd: eb('held_nano_usd', '-', param('held')),
        }))
        .where('id', '=', param('accountId')),
    ),
    insertLedger: db.prepare<{
      id: string;
      accountId: string;
      kind: string;
      amount: bigint;
      runId: string | null;
      reason: string;
      price: string | null;
      actor: string | null;
      countedOn: string | null;
      now: number;
    }>((queries, param) =>
      queries.insertInto('ledger').values({
        id: param('id'),
        account_id: param('accountId'),
        kind: param('kind'),
        amount_nano_usd: param('amount'),
        run_id: param('runId'),
        reason: param('reason'),
        price: param('price'),
        actor: param('actor'),
        created_at: param('now'),
        counted_on: param('countedOn'),
      }),
    ),
    /** Counts a charge in a key's day and month, whether or not the key has caps now: it may get some. */
    countSpend: db.prepare<{
      keyId: string;
      accountId: string;
      day: string;
      month: string;
      cost: bigint;
      dayHeld: bigint;
      monthHeld: bigint;
    }>((queries, param) =>
      queries
        .insertInto('key_spend')
        .values(
          (['day', 'month'] as const).map((period) => ({
            key_id: param('keyId'),
            period: param(period),
            account_id: param('accountId'),
            spent_nano_usd: param('cost'),
            held_nano_usd: 0n,
          })),
        )
        .onConflict((conflict) =>
          conflict.columns(['key_id', 'period']).doUpdateSet((eb) => ({
            spent_nano_usd: eb('key_spend.spent_nano_usd', '+', eb.ref('excluded.spent_nano_usd')),
            held_nano_usd: sql<bigint>`key_spend.held_nano_usd - CASE WHEN length(excluded.period) = 10 THEN ${param('dayHeld')} ELSE ${param('monthHeld')} END`,
          })),
        ),
    ),
    /** Counts a charge in its agent's day and month, whether or not the agent has caps now: it may get some. */
    countAgentSpend: db.prepare<{
      accountId: string;
      agentId: string;
      day: string;
      month: string;
      cost: bigint;
    }>((queries, param) =>
      queries
        .insertInto('agent_spend')
        .values(
          (['day', 'month'] as const).map((period) => ({
            account_id: param('accountId'),
            agent_id: param('agentId'),
            period: param(period),
            spent_nano_usd: param('cost'),
          })),
        )
        .onConflict((conflict) =>
          conflict.columns(['account_id', 'agent_id', 'period']).doUpdateSet((eb) => ({
            spent_nano_usd: eb('agent_spend.spent_nano_usd', '+', eb.ref('excluded.spent_nano_usd')),
          })),
        ),
    ),
    addUsage: db.prepare<{
      runId: string;
      accountId: string;
      source: string;
      keyId: string | null;
      userId: string | null;
      agentId: string;
      agentVersion: number;
      model: string;
      inputTokens: number;
      cachedTokens: number;
      outputTokens: number;
      reasoningTokens: number;
      estimated: number;
      toolCost: bigint;
      cost: bigint;
      now: number;
    }>((queries, param) =>
      queries
        .insertInto('usage')
        .values({
          run_id: param('runId'),
          account_id: param('accountId'),
          source: param('source'),
          key_id: param('keyId'),
          user_id: param('userId'),
          agent_id: param('agentId'),
          agent_version: param('agentVersion'),
          model: param('model'),
          input_tokens: param('inputTokens'),
          cached_tokens: param('cachedTokens'),
          output_tokens: param('outputTokens'),
          reasoning_tokens: param('reasoningTokens'),
          estimated: param('estimated'),
          tool_cost_nano_usd: param('toolCost'),
          cost_nano_usd: param('cost'),
          created_at: param('now'),
        })
        .onConflict((conflict) =>
          conflict.column('run_id').doUpdateSet((eb) => ({
            input_tokens: eb('usage.input_tokens', '+', eb.ref('excluded.input_tokens')),
            cached_tokens: eb('usage.cached_tokens', '+', eb.ref('excluded.cached_tokens')),
            output_tokens: eb('usage.output_tokens', '+', eb.ref('excluded.output_tokens')),
            reasoning_tokens: eb('usage.reasoning_tokens', '+', eb.ref('excluded.reasoning_tokens')),
            estimated: sql<number>`CASE WHEN usage.estimated > excluded.estimated THEN usage.estimated ELSE excluded.estimated END`,
            tool_cost_nano_usd: eb('usage.tool_cost_nano_usd', '+', eb.ref('excluded.tool_cost_nano_usd')),
            cost_nano_usd: eb('usage.cost_nano_usd', '+', eb.ref('excluded.cost_nano_usd')),
          })),
        ),
    ),
    readBalance: db.prepareRead<{ accountId: string }, { balance_nano_usd: bigint; held_nano_usd: bigint }>(
      (queries, param) =>
        queries
          .selectFrom('accounts')
          .select(['balance_nano_usd', 'held_nano_usd'])
          .where('id', '=', param('accountId')),
    ),
  };
}

export type BillingStore = ReturnType<typeof createBillingStore>;
