import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { createAudit } from '../../audit/index.ts';
import { billingInvariants, createBilling, type Hold, type Payer } from '../../billing/index.ts';
import { checkInvariants } from '../../db/index.ts';
import { smallest } from '../../lib/bigint.ts';
import { MusterError } from '../../lib/errors.ts';
import { createIds } from '../../lib/ids.ts';
import type { Meter } from '../../runs/index.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { JobMeter } from './job-meter.ts';

const DAY_MS = 86_400_000;
/** Two days before a month's end, so that days and months both end on the way. */
const START = Date.UTC(2026, 10, 29, 12);
const KEY = { dailyLimitNanoUsd: 300n, monthlyLimitNanoUsd: 450n };
const AGENT = { dailyLimitNanoUsd: 350n, monthlyLimitNanoUsd: 500n };
const JOB_MAX = 200n;
const KEYS = ['key_1', 'key_2'];
const AGENTS = ['agent_1', 'agent_2'];
const JOBS = ['job_1', 'job_2'];
const REFUSALS = new Set([
  'insufficient_credit',
  'api_key_daily_limit_reached',
  'api_key_monthly_limit_reached',
  'agent_daily_limit_reached',
  'agent_monthly_limit_reached',
  'max_cost_reached',
]);

const action = fc.oneof(
  fc.record({
    type: fc.constant('hold' as const),
    amount: fc.bigInt(1n, 200n),
    key: fc.constantFrom(undefined, ...KEYS),
    agent: fc.constantFrom(undefined, ...AGENTS),
    job: fc.constantFrom(undefined, ...JOBS),
  }),
  fc.record({
    type: fc.constantFrom('settle' as const, 'release' as const, 'giveBack' as const),
    cost: fc.bigInt(0n, 250n),
    pick: fc.nat(),
  }),
  fc.record({ type: fc.constant('adjust' as const), amount: fc.bigInt(-150n, 150n) }),
  fc.record({ type: fc.constant('crash' as const) }),
);
const chunk = fc.record({
  actions: fc.array(action, { maxLength: 10 }),
  next: fc.constantFrom('go on' as const, 'crash' as const, 'tomorrow' as const),
});

type Valued<T> = T extends fc.Arbitrary<infer Value> ? Value : never;
type Action = Valued<typeof action>;
type Chunk = Valued<typeof chunk>;

it('no order of holds, settlements, refunds, crashes and days spends more than the credit or any cap', async () => {
  await fc.assert(fc.asyncProperty(fc.array(chunk, { maxLength: 6 }), run), { numRuns: 15 });
});

async function run(chunks: readonly Chunk[]): Promise<void> {
  const { db, close } = await openTestDatabase();
  let now = START;
  let made = 0;
  const clock = { now: () => now };
  const billing = createBilling({
    ...{ db, clock, outbox: { tellLowCredit: () => [] } },
    audit: createAudit({ db, clock, ids: createIds(clock.now) }),
  });
  const accountId = 'acct_1';
  const account = { id: accountId, name: 'a', tier: 'free', status: 'active', created_at: 1 };
  const insert = db.build
    .insertInto('accounts')
    .values({ ...account, balance_nano_usd: 0n, held_nano_usd: 0n });
  const keys = KEYS.map((id) => ({
    ...{
      id,
      account_id: accountId,
      name: id,
      hash: id,
      prefix: id,
      last4: 'abcd',
      disabled: 0,
      created_at: 1,
    },
    ...{ agent_ids: null, daily_limit_nano_usd: null, monthly_limit_nano_usd: null, created_by: null },
    ...{ expires_at: null, revoked_at: null, last_used_at: null },
  }));
  await db.write([db.statement(insert), db.statement(db.build.insertInto('agent_keys').values(keys))]);
  const adjust = (amountNanoUsd: bigint) =>
    billing.adjust({ id: `adj_${made++}`, accountId, amountNanoUsd, reason: 'Refund', actor: 'test' });
  await adjust(1_000n);

  let open: { hold: Hold; meter: Meter; job: string | undefined }[] = [];
  const spent = new Map(JOBS.map((job) => [job, 0n]));
  let meters = new Map<string, JobMeter>();
  const crash = async () => {
    await billing.releaseOrphanedHolds();
    meters = new Map(JOBS.map((job) => [job, new JobMeter(billing, JOB_MAX, spent.get(job) ?? 0n)]));
  };
  await crash();
  const refusedOnly = (error: unknown): undefined => {
    assert.ok(error instanceof MusterError && REFUSALS.has(error.code), String(error));
  };

  async function act(step: Action): Promise<void> {
    if (step.type === 'crash') return crash();
    if (step.type === 'adjust') return void (await adjust(step.amount).catch(refusedOnly));
    if (step.type === 'hold') {
      const { amount: amountNanoUsd, job } = step;
      const payer: Payer = {
        accountId,
        ...(step.key && { key: { id: step.key, ...KEY } }),
        agent: step.agent === undefined ? { id: 'agent_x' } : { id: step.agent, ...AGENT },
      };
      const meter: Meter = meters.get(job ?? '') ?? billing;
      const runId = `run_${made++}`;
      const hold = await meter.hold({ callId: runId, runId, payer, amountNanoUsd }).catch(refusedOnly);
      if (hold) open.push({ hold, meter, job });
      return;
    }
    const [taken] = open.splice(step.pick % Math.max(1, open.length), 1);
    if (!taken) return;
    const { hold, meter, job } = taken;
    if (step.type === 'giveBack') return meter.giveBack(hold);
    if (step.type === 'release') return void (await db.write(meter.release(hold)));
    const cost = smallest(step.cost, hold.amountNanoUsd);
    const { key, agent } = hold.payer;
    const subject = {
      ...{ runId: hold.runId, accountId, source: key ? ('key' as const) : ('user' as const), model: 'm' },
      ...{ keyId: key?.id ?? null, userId: null, agentId: agent?.id ?? 'agent_x', agentVersion: 1 },
    };
    const tokens = { inputTokens: 1, cachedTokens: 0, outputTokens: 1, reasoningTokens: 0, estimated: false };
    const { ok } = await db.write([
      ...meter.settle({ hold, costNanoUsd: step.cost, reason: 'm', price: {} }),
      billing.recordUsage(subject, { ...tokens, toolCostNanoUsd: 0n, costNanoUsd: cost }),
    ]);
    // A hold that a crash has taken is not billed any more.
    if (ok && job !== undefined) spent.set(job, (spent.get(job) ?? 0n) + cost);
  }

  async function check(): Promise<void> {
    // Holds do not wait for their commit; this does.
    await db.write([]);
    const broken = (await checkInvariants(db, billingInvariants)).flatMap(({ problems }) => problems);
    assert.deepEqual(broken, []);
    for (const row of await db.all(db.build.selectFrom('key_spend').selectAll())) {
      const cap = row.period.length === 10 ? KEY.dailyLimitNanoUsd : KEY.monthlyLimitNanoUsd;
      assert.ok(row.spent_nano_usd + row.held_nano_usd <= cap, `${row.key_id} in ${row.period}`);
      assert.ok(row.held_nano_usd >= 0n);
    }
    const held = await db.all(db.build.selectFrom('holds').selectAll().where('agent_id', 'in', AGENTS));
    for (const row of await db.all(
      db.build.selectFrom('agent_spend').selectAll().where('agent_id', 'in', AGENTS),
    )) {
      const sums = held
        .filter(({ agent_id, created_at }) => {
          return agent_id === row.agent_id && new Date(created_at).toISOString().startsWith(row.period);
        })
        .reduce((sum, { amount_nano_usd }) => sum + amount_nano_usd, row.spent_nano_usd);
      const cap = row.period.length === 10 ? AGENT.dailyLimitNanoUsd : AGENT.monthlyLimitNanoUsd;
      assert.ok(sums <= cap, `${row.agent_id} in ${row.period}: ${sums}`);
    }
    for (const [job, cost] of spent) assert.ok(cost <= JOB_MAX, job);
  }

  try {
    for (const { actions, next } of chunks) {
      await Promise.all(actions.map(act));
      await check();
      if (next === 'tomorrow') now += DAY_MS;
      if (next !== 'crash') continue;
      await crash();
      await check();
      assert.equal((await billing.balance(accountId)).heldNanoUsd, 0n);
      // What a dead process still wants to settle is refused; half of it tries.
      open = open.filter((_, index) => index % 2 === 0);
    }
  } finally {
    await close();
  }
}
