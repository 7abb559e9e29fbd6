import type { Person, TestApp } from '../../src/testing/test-app.ts';

interface Recorded {
  readonly agentId: string;
  readonly keyId?: string;
  readonly model?: string;
  readonly costNanoUsd?: bigint;
}

/** Lines of the usage log as runs write them. */
export async function recordUsage(
  { app: { billing, db } }: TestApp,
  { accountId, userId }: Person,
  rows: number,
  { agentId, keyId, model = 'openai/gpt-x', costNanoUsd = 1_250_000_000n }: Recorded,
): Promise<void> {
  const subject = {
    accountId,
    source: keyId === undefined ? ('user' as const) : ('key' as const),
    keyId: keyId ?? null,
    userId: keyId === undefined ? userId : null,
    agentId,
    agentVersion: 1,
    model,
  };
  const increment = {
    inputTokens: 1_840,
    cachedTokens: 0,
    outputTokens: 212,
    reasoningTokens: 0,
    estimated: false,
    toolCostNanoUsd: 0n,
    costNanoUsd,
  };
  const lines = Array.from({ length: rows }, () =>
    billing.recordUsage({ ...subject, runId: `run_${crypto.randomUUID()}` }, increment),
  );
  await db.write(lines);
}

/** What was spent of an agent's or a key's caps today and this month, as calls count it. */
export async function recordSpend(
  { app: { db } }: TestApp,
  { accountId }: Person,
  id: string,
  spentNanoUsd: bigint,
): Promise<void> {
  const today = new Date().toISOString();
  const spent = [today.slice(0, 10), today.slice(0, 7)].map((period) => ({
    account_id: accountId,
    period,
    spent_nano_usd: spentNanoUsd,
  }));
  const insert = id.startsWith('key_')
    ? db.build.insertInto('key_spend').values(spent.map((row) => ({ ...row, key_id: id, held_nano_usd: 0n })))
    : db.build.insertInto('agent_spend').values(spent.map((row) => ({ ...row, agent_id: id })));
  await db.write([db.statement(insert)]);
}
