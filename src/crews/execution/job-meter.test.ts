import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Hold } from '../../billing/index.ts';
import { smallest } from '../../lib/bigint.ts';
import { MusterError } from '../../lib/errors.ts';
import type { Meter } from '../../runs/index.ts';
import { JobMeter } from './job-meter.ts';

/** A meter with endless credit that takes a turn of the loop, as the real one does. */
const endless: Meter = {
  async hold({ callId, runId, payer, amountNanoUsd }) {
    await new Promise((resolve) => setImmediate(resolve));
    return { callId, runId, payer, amountNanoUsd, day: '', month: '' };
  },
  settle: () => [],
  release: ({ callId }) => [{ sql: callId, params: [] }],
  giveBack: async () => undefined,
  recordUsage: () => ({ sql: '', params: [] }),
};
const PAYER = { accountId: 'acct_1' };

describe('the meter of a job', () => {
  it('holds and costs together never exceed the bound, whatever runs at once', async () => {
    const call = fc.record({
      amount: fc.bigInt({ min: 0n, max: 60n }),
      cost: fc.bigInt({ min: 0n, max: 100n }),
      end: fc.constantFrom('settle', 'release', 'giveBack'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 20 }), async (calls) => {
        const max = 100n;
        const meter = new JobMeter(endless, max, 0n);
        let held = 0n;
        let spent = 0n;
        await Promise.all(
          calls.map(async ({ amount, cost, end }, index) => {
            let hold: Hold;
            try {
              hold = await meter.hold({
                callId: `${index}`,
                runId: 'r',
                payer: PAYER,
                amountNanoUsd: amount,
              });
            } catch (error) {
              assert.ok(error instanceof MusterError && error.code === 'max_cost_reached');
              return;
            }
            held += amount;
            assert.ok(held + spent <= max);
            held -= amount;
            if (end === 'settle') {
              spent += smallest(cost, amount);
              meter.settle({ hold, costNanoUsd: cost, reason: '', price: {} });
            } else if (end === 'release') meter.release(hold);
            else await meter.giveBack(hold);
          }),
        );
        assert.equal(meter.leftNanoUsd(), max - spent);
        assert.deepEqual(meter.releaseOpen(), []);
      }),
    );
  });

  it('goes on from what earlier processes have spent, and without a bound knows no end', async () => {
    assert.equal(new JobMeter(endless, 10n, 7n).leftNanoUsd(), 3n);
    assert.equal(new JobMeter(endless, undefined, 7n).leftNanoUsd(), undefined);
  });

  it('gives back at the end what was held and never settled', async () => {
    const meter = new JobMeter(endless, undefined, 0n);
    const request = { runId: 'r', payer: PAYER, amountNanoUsd: 5n };
    await meter.hold({ ...request, callId: 'open' });
    meter.settle({
      hold: await meter.hold({ ...request, callId: 'settled' }),
      costNanoUsd: 1n,
      reason: '',
      price: {},
    });
    assert.deepEqual(
      meter.releaseOpen().map(({ sql }) => sql),
      ['open'],
    );
  });

  it('hands out what a run has used once', () => {
    const meter = new JobMeter(endless, undefined, 0n);
    const subject = {
      runId: 'r',
      accountId: 'a',
      source: 'user',
      keyId: null,
      userId: null,
      agentId: '',
      agentVersion: 1,
      model: '',
    } as const;
    const tokens = { inputTokens: 1, cachedTokens: 0, outputTokens: 2, reasoningTokens: 0, estimated: false };
    meter.recordUsage(subject, { ...tokens, toolCostNanoUsd: 0n, costNanoUsd: 3n });
    assert.equal(meter.takeUsage('r').length, 1);
    assert.equal(meter.takeUsage('r').length, 0);
  });
});
