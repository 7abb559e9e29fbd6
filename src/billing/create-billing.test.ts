import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { createAudit } from '../audit/index.ts';
import { checkInvariants, type Database } from '../db/index.ts';
import { commonErrors, isUnavailable, isUntouched, MusterError } from '../lib/errors.ts';
import { createIds } from '../lib/ids.ts';
import { type ManualTime, manualTime } from '../testing/manual-time.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { until } from '../testing/until.ts';
import {
  type Billing,
  billingInvariants,
  createBilling,
  createUsageLog,
  type Hold,
  type Payer,
} from './index.ts';

const NOON = Date.UTC(2026, 10, 30, 12);
const PAYER: Payer = { accountId: 'acct_1' };

describe('the end of a hold that cannot be written', () => {
  let db: Database;
  let close: () => Promise<void>;
  let time: ManualTime;
  let billing: Billing;
  let warnings: string[];
  let errors: object[];
  /** Why a batch is not written; undefined when it is. */
  let trouble: (batch: Parameters<Database['write']>[0]) => Error | undefined;
  const away = () => commonErrors.service_unavailable('The disk is full.');
  const held = async () => (await billing.balance('acct_1')).heldNanoUsd;
  const make = () =>
    createBilling({
      ...{ db, ...time, outbox: { tellLowCredit: () => [] } },
      log: { warn: (_, text) => warnings.push(text), error: (fields) => errors.push(fields) },
      audit: createAudit({ db, clock: time.clock, ids: createIds(time.clock.now) }),
    });
  /** A hold is seen a moment after it is taken. */
  async function hold(callId: string): Promise<Hold> {
    const before = await held();
    const taken = await billing.hold({ callId, runId: `run_of_${callId}`, payer: PAYER, amountNanoUsd: 60n });
    await until('the hold to be seen', held, (nanoUsd) => nanoUsd === before + 60n);
    return taken;
  }
  const triedOn = (what: string, isIt: (heldNanoUsd: bigint) => boolean) => {
    const look = () => {
      time.advance(5_000);
      return held();
    };
    return until(what, look, isIt);
  };

  beforeEach(async () => {
    ({ db, close } = await openTestDatabase());
    time = manualTime(NOON);
    [warnings, errors] = [[], []];
    trouble = () => undefined;
    const write = db.write.bind(db);
    db.write = async (...args) => {
      const error = trouble(args[0]);
      if (error) throw error;
      return write(...args);
    };
    billing = make();
    const row = { id: 'acct_1', name: 'a', tier: 'free', status: 'active', created_at: 1 };
    const account = { ...row, balance_nano_usd: 0n, held_nano_usd: 0n };
    await db.write([db.statement(db.build.insertInto('accounts').values(account))]);
    await billing.adjust({
      ...{ id: 'grant_1', accountId: 'acct_1', amountNanoUsd: 200n, reason: 'Start', actor: 'test' },
    });
  });
  afterEach(() => close());

  it('a hold that the database could not take says that nothing has begun, and leaves nothing', async () => {
    trouble = away;
    const request = { callId: 'call_1', runId: 'run_1', payer: PAYER, amountNanoUsd: 60n };
    await assert.rejects(billing.hold(request), (error) => isUnavailable(error) && isUntouched(error));
    trouble = () => undefined;
    assert.equal(await held(), 0n);
  });

  it('is written when the database takes it, and told of once', async () => {
    const taken = await hold('call_1');
    trouble = away;
    await billing.giveBack(taken);
    time.advance(60_000);
    trouble = () => undefined;
    await triedOn('the hold to be given back', (nanoUsd) => nanoUsd === 0n);
    assert.equal(warnings.length, 1);
    await until('the last try to be over', () => time.pending === 0);
    assert.deepEqual(errors, []);
  });

  it('keeps no other waiting, and is told of once more when it is not for the database being away', async () => {
    const [first, second] = [await hold('call_1'), await hold('call_2')];
    trouble = away;
    await billing.giveBack(first);
    await billing.giveBack(second);
    trouble = (batch) =>
      batch.some(({ params }) => params.includes('call_1')) ? new Error('broken') : undefined;
    await triedOn('the other to be given back', (nanoUsd) => nanoUsd === 60n);
    assert.deepEqual(
      errors.map((fields) => Object.entries(fields).find(([name]) => name === 'runId')?.[1]),
      ['run_of_call_1'],
    );
    for (let tries = 0; tries < 2; tries++) {
      await until('the next try to be due', () => time.pending > 0);
      time.advance(60_000);
    }
    await until('the last of them to be over', () => time.pending > 0);
    assert.equal(errors.length, 1);
    trouble = () => undefined;
    await triedOn('both to be given back', (nanoUsd) => nanoUsd === 0n);
    await until('the last try to be over', () => time.pending === 0);
  });

  it('is told of as lost when the hold is gone and its call was not charged', async () => {
    const [paid, lost] = [await hold('call_1'), await hold('call_2')];
    const settled = (of: Hold) => billing.settle({ hold: of, costNanoUsd: 50n, reason: 'model', price: {} });
    // Written, and nobody heard of it.
    await db.write(settled(paid));
    billing.settleLater(settled(paid));
    // As another process does that takes this one for dead.
    await make().giveBack(lost);
    billing.settleLater(settled(lost));
    await until('the loss to be told of', () => errors.length > 0);
    assert.deepEqual(errors, [
      { callId: 'call_2', runId: 'run_of_call_2', accountId: 'acct_1', costUsd: '0.00000005' },
    ]);
    assert.deepEqual(warnings, []);
    assert.equal(time.pending, 0);
  });
});

describe('billing', () => {
  let close: () => Promise<void>;
  let db: Database;
  let billing: Billing;
  let now = NOON;
  let calls = 0;

  beforeEach(async () => {
    now = NOON;
    ({ db, close } = await openTestDatabase());
    const clock = { now: () => now };
    billing = createBilling({
      db,
      clock,
      outbox: { tellLowCredit: () => [] },
      audit: createAudit({ db, clock, ids: createIds(clock.now) }),
    });
    await fund('acct_1', 1_000n);
  });
  afterEach(() => close());

  async function fund(id: string, amount: bigint): Promise<void> {
    const row = {
      id,
      name: id,
      tier: 'free',
      status: 'active',
      balance_nano_usd: 0n,
      held_nano_usd: 0n,
      created_at: 1,
    };
    await db.write([db.statement(db.build.insertInto('accounts').values(row))]);
    await billing.adjust({
      id: `grant_${id}`,
      accountId: id,
      amountNanoUsd: amount,
      reason: 'Start',
      actor: 'test',
    });
  }
  async function addKey(limits: { daily?: bigint; monthly?: bigint }): Promise<Payer> {
    const row = {
      id: 'key_1',
      account_id: 'acct_1',
      name: 'k',
      hash: 'h',
      prefix: 'sk-',
      last4: 'abcd',
      disabled: 0,
      created_at: 1,
    };
    await db.write([db.statement(db.build.insertInto('agent_keys').values({ ...NO_LIMITS, ...row }))]);
    return {
      accountId: 'acct_1',
      key: { id: 'key_1', dailyLimitNanoUsd: limits.daily, monthlyLimitNanoUsd: limits.monthly },
    };
  }
  const hold = async (amountNanoUsd: bigint, payer = PAYER): Promise<Hold> => {
    try {
      return await billing.hold({ callId: `call_${calls++}`, runId: 'run_1', payer, amountNanoUsd });
    } finally {
      // A hold does not wait for its commit; reads here are to see it.
      await db.write([]);
    }
  };
  const settle = (taken: Hold, costNanoUsd: bigint) =>
    db.write(billing.settle({ hold: taken, costNanoUsd, reason: 'model', price: {} }));
  const charge = (taken: Hold, costNanoUsd: bigint) => {
    const { runId, payer } = taken;
    const subject = {
      ...({ runId, accountId: 'acct_1', source: 'key', keyId: payer.key?.id ?? null, userId: null } as const),
      ...{ agentId: payer.agent?.id ?? '', agentVersion: 1, model: 'm' },
    };
    const tokens = { inputTokens: 1, cachedTokens: 0, outputTokens: 1, reasoningTokens: 0, estimated: false };
    return db.write([
      ...billing.settle({ hold: taken, costNanoUsd, reason: 'model', price: {} }),
      billing.recordUsage(subject, { ...tokens, toolCostNanoUsd: 0n, costNanoUsd }),
    ]);
  };
  const problems = async () =>
    (await checkInvariants(db, billingInvariants)).flatMap((check) => check.problems).sort();
  async function ledgerSum(accountId: string): Promise<bigint> {
    const rows = await db.all(
      db.build.selectFrom('ledger').select('amount_nano_usd').where('account_id', '=', accountId),
    );
    return rows.reduce((sum, row) => sum + row.amount_nano_usd, 0n);
  }

  it('turns a hold into its exact cost and gives the rest back', async () => {
    const taken = await hold(400n);
    assert.deepEqual(await billing.balance('acct_1'), { balanceNanoUsd: 1_000n, heldNanoUsd: 400n });
    await settle(taken, 123n);
    assert.deepEqual(await billing.balance('acct_1'), { balanceNanoUsd: 877n, heldNanoUsd: 0n });
    assert.equal(await ledgerSum('acct_1'), 877n);
  });

  it('never bills more than was held', async () => {
    await settle(await hold(100n), 5_000n);
    assert.equal((await billing.balance('acct_1')).balanceNanoUsd, 900n);
  });

  it('refuses to settle or release a hold twice, and bills nothing then', async () => {
    const taken = await hold(100n);
    await settle(taken, 60n);
    assert.deepEqual(await settle(taken, 60n), { ok: false, refused: 'hold' });
    assert.deepEqual(await db.write(billing.release(taken)), { ok: false, refused: 'hold' });
    assert.deepEqual(await billing.balance('acct_1'), { balanceNanoUsd: 940n, heldNanoUsd: 0n });
  });

  it('lets exactly the affordable part of many holds at once through', async () => {
    const results = await Promise.allSettled(Array.from({ length: 200 }, () => hold(300n)));
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 3);
    for (const result of results) {
      if (result.status === 'rejected') assert.equal(result.reason.code, 'insufficient_credit');
    }
    assert.equal((await billing.balance('acct_1')).heldNanoUsd, 900n);
  });

  it('keeps a key within its day and its month, which begin anew in UTC', async () => {
    const payer = await addKey({ daily: 100n, monthly: 150n });
    await settle(await hold(80n, payer), 80n);
    await assert.rejects(hold(30n, payer), { code: 'api_key_daily_limit_reached' });
    now += 10 * 3_600_000;
    await settle(await hold(20n, payer), 20n);
    now = Date.UTC(2026, 11, 1, 0, 0, 1);
    await settle(await hold(100n, payer), 100n);
    now += 24 * 3_600_000;
    await assert.rejects(hold(51n, payer), { code: 'api_key_monthly_limit_reached' });
    await hold(50n, payer);
  });

  it('counts a call that goes over midnight on the day in which its credit was set aside, for key and agent alike', async () => {
    const keyed = await addKey({ daily: 100n });
    const payer: Payer = { ...keyed, agent: { id: 'agent_1', dailyLimitNanoUsd: 100n } };
    const agentAlone: Payer = { accountId: 'acct_1', agent: { id: 'agent_1', dailyLimitNanoUsd: 100n } };
    now = Date.UTC(2026, 10, 28, 23, 59);
    const first = await billing.hold({ callId: 'a/1', runId: 'run_a', payer, amountNanoUsd: 90n });
    now += 120_000;
    // A second call of the same run, which began yesterday: yesterday's is still under way.
    const second = await billing.hold({ callId: 'a/2', runId: 'run_a', payer, amountNanoUsd: 90n });
    await charge(first, 80n);
    await charge(second, 70n);
    await assert.rejects(hold(31n, payer), { code: 'api_key_daily_limit_reached' });
    await assert.rejects(hold(31n, agentAlone), { code: 'agent_daily_limit_reached' });
    await charge(await hold(30n, payer), 30n);
    const days = db.build.selectFrom('agent_spend').select(['period', 'spent_nano_usd']).orderBy('period');
    const spent = async () => (await db.all(days)).map((row) => [row.period, row.spent_nano_usd]);
    const expected = [
      ['2026-11', 180n],
      ['2026-11-28', 80n],
      ['2026-11-29', 100n],
    ];
    assert.deepEqual(await spent(), expected);
    assert.deepEqual(await problems(), []);
    const wrong = db.build.updateTable('agent_spend').set((eb) => ({
      spent_nano_usd: eb
        .case()
        .when('period', '=', '2026-11-28')
        .then(90n)
        .when('period', '=', '2026-11-29')
        .then(90n)
        .else(180n)
        .end(),
    }));
    await db.write([db.statement(wrong)]);
    assert.deepEqual(await problems(), [
      'agent_1: what it spent on 2026-11-28 differs from its charges by 10 nano-dollars',
      'agent_1: what it spent on 2026-11-29 differs from its charges by -10 nano-dollars',
    ]);
  });

  it('counts what a key spent before it had a cap', async () => {
    const free = await addKey({});
    await settle(await hold(90n, free), 90n);
    const capped: Payer = { accountId: 'acct_1', key: { id: 'key_1', dailyLimitNanoUsd: 100n } };
    await assert.rejects(hold(11n, capped), { code: 'api_key_daily_limit_reached' });
    await hold(10n, capped);
  });

  it('tells whose call is beyond a cap what it may cost, and to wait only where that helps', async () => {
    const payer = await addKey({ daily: 100n });
    const [never] = await Promise.allSettled([hold(101n, payer)]);
    assert.ok(never.status === 'rejected' && never.reason instanceof MusterError);
    assert.match(
      never.reason.message,
      /may cost up to \$0\.000000101, and this key may spend \$0\.0000001 a day/,
    );
    assert.deepEqual([never.reason.details.retryAfterMs, never.reason.details.isFinal], [undefined, true]);
    await hold(60n, payer);
    const [later] = await Promise.allSettled([hold(60n, payer)]);
    assert.ok(later.status === 'rejected' && later.reason instanceof MusterError);
    assert.match(later.reason.message, /not that much is left.*or wait: the day ends at 00:00 UTC/);
    assert.ok((later.reason.details.retryAfterMs ?? 0) > 0);
  });

  it('lets exactly as many holds of a capped key through at once as its cap allows', async () => {
    const payer = await addKey({ daily: 100n });
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => hold(30n, payer)));
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 3);
    assert.equal((await billing.balance('acct_1')).heldNanoUsd, 90n);
  });

  it('gives back on a start what a killed process had held', async () => {
    const payer = await addKey({ daily: 100n });
    await hold(70n, payer);
    await hold(50n);
    assert.equal(await billing.releaseOrphanedHolds(), 2);
    assert.deepEqual(await billing.balance('acct_1'), { balanceNanoUsd: 1_000n, heldNanoUsd: 0n });
    await hold(100n, payer);
  });

  it('takes the hold of a call anew that a job makes again, and ends each exactly once', async () => {
    const payer: Payer = { ...PAYER, agent: { id: 'agent_1' } };
    const call = { callId: 'job_1/1/model', runId: 'run_1', payer };
    const former = await billing.hold({ ...call, amountNanoUsd: 300n });
    const again = await billing.hold({ ...call, amountNanoUsd: 400n });
    await db.write([]);
    assert.equal((await billing.balance('acct_1')).heldNanoUsd, 400n);
    await charge(again, 50n);
    billing.settleLater(billing.settle({ hold: former, costNanoUsd: 60n, reason: 'model', price: {} }));
    await billing.giveBack(former);
    assert.deepEqual(await billing.balance('acct_1'), { balanceNanoUsd: 950n, heldNanoUsd: 0n });
    assert.deepEqual(await problems(), []);
  });

  it('refuses an adjustment that would take away held credit', async () => {
    await hold(600n);
    const change = { id: 'adj_1', accountId: 'acct_1', amountNanoUsd: -500n, reason: 'test', actor: 'test' };
    await assert.rejects(billing.adjust(change), { code: 'insufficient_credit' });
    assert.equal(await ledgerSum('acct_1'), 1_000n);
  });

  it('sums a run into one usage row', async () => {
    const subject = {
      runId: 'run_9',
      accountId: 'acct_1',
      source: 'user',
      keyId: null,
      userId: 'user_1',
      agentId: 'agent_1',
      agentVersion: 2,
      model: 'openai/x',
    } as const;
    const tokens = { inputTokens: 10, cachedTokens: 4, outputTokens: 3, reasoningTokens: 1 };
    await db.write([
      billing.recordUsage(subject, { ...tokens, estimated: false, toolCostNanoUsd: 0n, costNanoUsd: 7n }),
      billing.recordUsage(subject, { ...tokens, estimated: true, toolCostNanoUsd: 5n, costNanoUsd: 5n }),
    ]);
    const { rows, total } = await createUsageLog(db).list('acct_1', {}, { page: 1, limit: 10 });
    assert.equal(total, 1);
    const [row] = rows;
    assert.deepEqual(
      [
        row?.inputTokens,
        row?.cachedTokens,
        row?.outputTokens,
        row?.estimated,
        row?.toolCostNanoUsd,
        row?.costNanoUsd,
      ],
      [20, 8, 6, true, 5n, 12n],
    );
  });

  it('keeps balance = Σ ledger and held = Σ holds in every order of holds, settlements, releases and restarts', async () => {
    const action = fc.oneof(
      fc.record({ type: fc.constant('hold' as const), amount: fc.bigInt(1n, 400n) }),
      fc.record({ type: fc.constant('settle' as const), cost: fc.bigInt(0n, 500n), pick: fc.nat() }),
      fc.record({ type: fc.constant('release' as const), pick: fc.nat() }),
      fc.record({ type: fc.constant('restart' as const) }),
    );
    let account = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
        const accountId = `acct_p${account++}`;
        await fund(accountId, 1_000n);
        const open: Hold[] = [];
        const take = (pick: number): Hold | undefined => open.splice(pick % Math.max(1, open.length), 1)[0];
        await Promise.all(
          actions.map(async (step) => {
            if (step.type === 'hold') {
              const taken = await hold(step.amount, { accountId }).catch(() => undefined);
              if (taken) open.push(taken);
            } else if (step.type === 'settle') {
              const taken = take(step.pick);
              if (taken) await settle(taken, step.cost);
            } else if (step.type === 'release') {
              const taken = take(step.pick);
              if (taken) await db.write(billing.release(taken));
            } else {
              await billing.releaseOrphanedHolds();
            }
            const { balanceNanoUsd, heldNanoUsd } = await billing.balance(accountId);
            assert.ok(balanceNanoUsd >= heldNanoUsd && heldNanoUsd >= 0n);
          }),
        );
        const { balanceNanoUsd, heldNanoUsd } = await billing.balance(accountId);
        const holds = await db.all(
          db.build.selectFrom('holds').select('amount_nano_usd').where('account_id', '=', accountId),
        );
        assert.equal(await ledgerSum(accountId), balanceNanoUsd);
        assert.equal(
          holds.reduce((sum, row) => sum + row.amount_nano_usd, 0n),
          heldNanoUsd,
        );
      }),
      { numRuns: 40 },
    );
  });
});

const NO_LIMITS = {
  agent_ids: null,
  daily_limit_nano_usd: null,
  monthly_limit_nano_usd: null,
  created_by: null,
  expires_at: null,
  revoked_at: null,
  last_used_at: null,
};
