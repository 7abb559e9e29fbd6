import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import type { AccountPlan } from '../accounts/index.ts';
import { openSqliteDatabase } from '../db/index.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { createLimits } from './create-limits.ts';
import { createMemoryLimiter } from './memory-limiter.ts';
import { quotasOf } from './quotas.ts';
import { type Quota, type Verdict, WINDOW_MS } from './types.ts';

const START = Date.parse('2026-11-21T12:00:00Z');

class TestClock {
  ms = START;
  now = (): number => this.ms;
}

function start() {
  const clock = new TestClock();
  const limiter = createMemoryLimiter(clock);
  const take = (quotas: readonly [Quota, ...Quota[]], accountId = 'acct_1'): Verdict => {
    const verdict = limiter.take([{ id: accountId, quotas }]);
    assert.ok(!(verdict instanceof Promise));
    return verdict;
  };
  return { clock, take };
}

const quotas = (minute: number, hour: number) =>
  [
    { window: 'minute', limit: minute },
    { window: 'hour', limit: hour },
  ] as const;

/** Steps between requests that meet the edges of parts and windows as well as bursts and silence. */
const steps = fc.array(
  fc.oneof(
    fc.constantFrom(
      0,
      1,
      999,
      1_000,
      59_000,
      59_999,
      60_000,
      60_001,
      61_000,
      3_599_999,
      3_600_000,
      3_660_000,
    ),
    fc.integer({ min: 0, max: 5_000 }),
    fc.integer({ min: 0, max: 400_000 }),
  ),
  { maxLength: 300, size: 'max' },
);

describe('request limits', async () => {
  const folder = tempFolder();
  const db = await openSqliteDatabase(`${folder.path}/muster.db`);
  after(async () => {
    await db.close();
    folder.remove();
  });

  it('no stretch of a window ever has more than its quota, and nothing is refused but near it', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 30 }), (gaps, m, h) => {
        const { clock, take } = start();
        const both = quotas(m, h);
        const admitted: number[] = [];
        const since = (ms: number) => admitted.filter((at) => at > clock.ms - ms).length;
        for (const gap of gaps) {
          clock.ms += gap;
          const verdict = take(both);
          for (const { window, limit } of both) {
            if (verdict.admitted) assert.ok(since(WINDOW_MS[window]) < limit, `${window} overrun`);
          }
          if (!verdict.admitted) {
            const full = both.some(({ window, limit }) => since((WINDOW_MS[window] * 61) / 60) >= limit);
            assert.ok(full, 'refused with room to spare');
          }
          if (verdict.admitted) admitted.push(clock.ms);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('who waits as long as a refusal says is admitted, and who comes a moment earlier is not', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 20 }), (gaps, m, h) => {
        const { clock, take } = start();
        const both = quotas(m, h);
        for (const gap of gaps) {
          clock.ms += gap;
          const verdict = take(both);
          assert.equal(verdict.resetAt, clock.ms + verdict.resetMs);
          if (verdict.admitted) continue;
          assert.ok(verdict.resetMs > 0);
          clock.ms += verdict.resetMs - 1;
          assert.equal(take(both).admitted, false);
          clock.ms += 1;
          assert.equal(take(both).admitted, true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('what is left counts down to nothing, and refusals take nothing away', () => {
    const { clock, take } = start();
    const both = quotas(3, 100);
    assert.deepEqual(
      [take(both), take(both), take(both)].map(({ remaining }) => remaining),
      [2, 1, 0],
    );
    for (let i = 0; i < 50; i++) assert.equal(take(both).admitted, false);
    clock.ms += 61_000;
    const next = take(both);
    assert.equal(next.admitted, true);
    assert.equal(next.remaining, 2);
  });

  it('the window nearest to its end is the one that is told', () => {
    const { clock, take } = start();
    const both = quotas(10, 12);
    assert.partialDeepStrictEqual(take(both), { limit: 10, remaining: 9 });
    for (let i = 0; i < 9; i++) take(both);
    assert.partialDeepStrictEqual(take(both), { admitted: false, limit: 10, remaining: 0 });
    clock.ms += 61_000;
    assert.partialDeepStrictEqual(take(both), { admitted: true, limit: 12, remaining: 1 });
  });

  it('accounts do not count against each other', () => {
    const { take } = start();
    assert.equal(take(quotas(1, 9), 'acct_1').admitted, true);
    assert.equal(take(quotas(1, 9), 'acct_2').admitted, true);
    assert.equal(take(quotas(1, 9), 'acct_1').admitted, false);
  });

  it('a clock that is set back lets nobody through, and does not shut anybody out for ever', () => {
    for (const backMs of [10, 30_000, 600_000, 86_400_000]) {
      const { clock, take } = start();
      const both = quotas(2, 100);
      take(both);
      take(both);
      clock.ms -= backMs;
      assert.equal(take(both).admitted, false);
      clock.ms += Math.min(backMs, 60_000) + 61_000;
      assert.equal(take(both).admitted, true);
    }
  });

  it('free and pro have the numbers of the contract; own numbers go before any tier', () => {
    const plan = (tier: AccountPlan['tier'], limits?: AccountPlan['limits']) => quotasOf({ tier, limits });
    assert.deepEqual(plan('free'), quotas(100, 1_000));
    assert.deepEqual(plan('pro'), quotas(1_000, 10_000));
    assert.equal(plan('enterprise'), undefined);
    assert.deepEqual(plan('enterprise', { requestsPerHour: 7 }), [{ window: 'hour', limit: 7 }]);
    assert.deepEqual(plan('free', { requestsPerMinute: 5, requestsPerHour: 9 }), quotas(5, 9));
    assert.equal(plan('free', {}), undefined);
  });

  it('a change of plan is in force with the next request, and what was counted still counts', async () => {
    const clock = new TestClock();
    let plan: AccountPlan = { tier: 'free', limits: undefined };
    const limits = createLimits({ limiter: createMemoryLimiter(clock), findPlan: async () => plan, db });
    for (let i = 0; i < 5; i++) assert.equal((await limits.take('acct_1'))?.admitted, true);
    plan = { tier: 'free', limits: { requestsPerMinute: 5 } };
    const refused = await limits.take('acct_1');
    assert.partialDeepStrictEqual(refused, { admitted: false, remaining: 0, policy: '"minute";q=5;w=60' });
    plan = { tier: 'enterprise', limits: undefined };
    assert.equal(await limits.take('acct_1'), undefined);
  });

  it('a key with limits of its own counts against both, and takes nothing from the account when it is refused', async () => {
    const clock = new TestClock();
    const plan: AccountPlan = { tier: 'free', limits: { requestsPerMinute: 4 } };
    const limits = createLimits({ limiter: createMemoryLimiter(clock), findPlan: async () => plan, db });
    const key = { keyId: 'key_1', requestLimits: { requestsPerMinute: 2 } };
    const other = { keyId: 'key_2', requestLimits: undefined };
    const policy = '"minute";q=4;w=60, "key-minute";q=2;w=60';
    assert.partialDeepStrictEqual(await limits.take('acct_1', key), { limit: 2, remaining: 1, policy });
    assert.equal((await limits.take('acct_1', key))?.admitted, true);
    for (let i = 0; i < 5; i++)
      assert.partialDeepStrictEqual(await limits.take('acct_1', key), {
        admitted: false,
        of: 'key',
        limit: 2,
      });
    assert.partialDeepStrictEqual(await limits.take('acct_1', other), { limit: 4, remaining: 1 });
    assert.equal((await limits.take('acct_1', other))?.admitted, true);
    clock.ms += 30_000;
    assert.partialDeepStrictEqual(await limits.take('acct_1', other), { admitted: false, of: 'account' });
    clock.ms += 31_000;
    assert.equal((await limits.take('acct_1', key))?.admitted, true);
  });

  it('a key may have limits where its account has none', async () => {
    const plan: AccountPlan = { tier: 'enterprise', limits: undefined };
    const limiter = createMemoryLimiter(new TestClock());
    const limits = createLimits({ limiter, findPlan: async () => plan, db });
    const key = { keyId: 'key_1', requestLimits: { requestsPerHour: 1 } };
    assert.equal((await limits.take('acct_1', key))?.admitted, true);
    assert.equal((await limits.take('acct_1', key))?.admitted, false);
    assert.equal(await limits.take('acct_1'), undefined);
  });

  it('no more streams are open than may be, and each is counted off once', async () => {
    const plan: AccountPlan = { tier: 'free', limits: { concurrentStreams: 2 } };
    const limiter = createMemoryLimiter(new TestClock());
    const limits = createLimits({ limiter, findPlan: async () => plan, db });
    const [first] = [await limits.openStream('acct_1'), await limits.openStream('acct_1')];
    await assert.rejects(limits.openStream('acct_1'), { code: 'concurrent_streams_limit_reached' });
    await limits.openStream('acct_2');
    first?.();
    first?.();
    await limits.openStream('acct_1');
    await assert.rejects(limits.openStream('acct_1'), { code: 'concurrent_streams_limit_reached' });
  });
});
