import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processCpuMsOf } from '../testing/cpu-time.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { type CrewUsage, createExecutionStatistics } from './execution-statistics.ts';

const JOBS = 6_000;

test('what crews used is summed in proportion to their jobs, not to jobs times the usage log', async () => {
  const { db, close } = await openTestDatabase();
  const account = { tier: 'enterprise', limits: null, status: 'active', created_at: 1 };
  await db.write([
    db.statement(
      db.build
        .insertInto('accounts')
        .values({ id: 'acct_a', name: 'a', ...account, balance_nano_usd: 0n, held_nano_usd: 0n }),
    ),
  ]);
  const ids = Array.from({ length: JOBS }, (_, index) => `job_${String(index).padStart(26, '0')}`);
  const jobs = db.prepare<{ id: string }>((queries, param) =>
    queries.insertInto('jobs').values({
      ...{ id: param('id'), account_id: 'acct_a', kind: 'crew', status: 'completed', input: '{}', epoch: 1 },
      ...{ owner: null, lease_until: null, attempt: 1, crashes: 0, waited_ms: 0, available_at: 5 },
      ...{ created_at: 5, started_at: 5, finished_at: 6 },
    }),
  );
  const executions = db.prepare<{ id: string; crew: string }>((queries, param) =>
    queries.insertInto('executions').values({
      ...{
        job_id: param('id'),
        account_id: 'acct_a',
        crew_id: param('crew'),
        batch_id: null,
        rerun_of: null,
      },
      ...{ inputs: '{}', progress: 99, current_task: null, gate: 'open', created_at: 5 },
      ...{ input_tokens: 2, cached_tokens: 0, output_tokens: 1, reasoning_tokens: 0, cost_nano_usd: 7n },
    }),
  );
  const usage = db.prepare<{ id: string }>((queries, param) =>
    queries.insertInto('usage').values({
      ...{
        run_id: param('id'),
        account_id: 'acct_a',
        key_id: null,
        user_id: null,
        source: 'user',
        agent_id: 'a',
      },
      ...{ agent_version: 1, model: 'sandbox', created_at: 5, estimated: 0, tool_cost_nano_usd: 0n },
      ...{ input_tokens: 2, cached_tokens: 0, output_tokens: 1, reasoning_tokens: 0, cost_nano_usd: 7n },
    }),
  );
  const crewOf = (index: number): string => (index % 3 === 0 ? 'crew_b' : 'crew_a');
  await db.write(ids.map((id) => jobs({ id })));
  await db.write(ids.map((id, index) => executions({ id, crew: crewOf(index) })));
  await db.write(ids.map((id) => usage({ id: `${id}/task/1` })));
  let used: readonly CrewUsage[] = [];
  const computedMs = await processCpuMsOf(async () => {
    used = await createExecutionStatistics(db).usage('acct_a', { from: 0, to: 10 });
  });
  await close();
  assert.deepEqual(
    used.map(({ crewId, inputTokens, costNanoUsd }) => [crewId, inputTokens, costNanoUsd]),
    [
      ['crew_a', 8_000, 28_000n],
      ['crew_b', 4_000, 14_000n],
    ],
  );
  assert.ok(computedMs < 1_000, `${computedMs} ms`);
});
