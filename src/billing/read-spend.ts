import type { Database } from '../db/index.ts';
import type { Periods } from './periods.ts';

/** What calls have cost since the day and the month began. */
export interface Spend {
  readonly dayNanoUsd: bigint;
  readonly monthNanoUsd: bigint;
}

interface Row {
  readonly id: string;
  readonly period: string;
  readonly spent_nano_usd: bigint;
}

export async function readAgentSpend(
  db: Database,
  accountId: string,
  agentIds: readonly string[],
  { day, month }: Periods,
): Promise<ReadonlyMap<string, Spend>> {
  if (agentIds.length === 0) return new Map();
  const rows = await db.all(
    db.build
      .selectFrom('agent_spend')
      .select(['agent_id as id', 'period', 'spent_nano_usd'])
      .where('account_id', '=', accountId)
      .where('agent_id', 'in', agentIds)
      .where('period', 'in', [day, month]),
  );
  return toSpend(rows, day);
}

export async function readKeySpend(
  db: Database,
  accountId: string,
  keyIds: readonly string[],
  { day, month }: Periods,
): Promise<ReadonlyMap<string, Spend>> {
  if (keyIds.length === 0) return new Map();
  const rows = await db.all(
    db.build
      .selectFrom('key_spend')
      .select(['key_id as id', 'period', 'spent_nano_usd'])
      .where('account_id', '=', accountId)
      .where('key_id', 'in', keyIds)
      .where('period', 'in', [day, month]),
  );
  return toSpend(rows, day);
}

function toSpend(rows: readonly Row[], day: string): Map<string, Spend> {
  const spend = new Map<string, Spend>();
  for (const { id, period, spent_nano_usd } of rows) {
    const before = spend.get(id) ?? { dayNanoUsd: 0n, monthNanoUsd: 0n };
    spend.set(id, {
      ...before,
      ...(period === day ? { dayNanoUsd: spent_nano_usd } : { monthNanoUsd: spent_nano_usd }),
    });
  }
  return spend;
}
