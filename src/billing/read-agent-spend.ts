import type { Database } from '../db/index.ts';
import type { Periods } from './periods.ts';

/** What an agent's calls have cost since the day and the month began. */
export interface AgentSpend {
  readonly dayNanoUsd: bigint;
  readonly monthNanoUsd: bigint;
}

export async function readAgentSpend(
  db: Database,
  accountId: string,
  agentIds: readonly string[],
  { day, month }: Periods,
): Promise<ReadonlyMap<string, AgentSpend>> {
  const spend = new Map<string, AgentSpend>();
  if (agentIds.length === 0) return spend;
  const rows = await db.all(
    db.build
      .selectFrom('agent_spend')
      .select(['agent_id', 'period', 'spent_nano_usd'])
      .where('account_id', '=', accountId)
      .where('agent_id', 'in', agentIds)
      .where('period', 'in', [day, month]),
  );
  for (const { agent_id, period, spent_nano_usd } of rows) {
    const before = spend.get(agent_id) ?? { dayNanoUsd: 0n, monthNanoUsd: 0n };
    spend.set(agent_id, {
      ...before,
      ...(period === day ? { dayNanoUsd: spent_nano_usd } : { monthNanoUsd: spent_nano_usd }),
    });
  }
  return spend;
}
