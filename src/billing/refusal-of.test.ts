import assert from 'node:assert/strict';
import { it } from 'node:test';
import { refusalOf } from './refusal-of.ts';
import { AGENT_DAILY_CAP, AGENT_MONTHLY_CAP, CREDIT, DAILY_CAP, MONTHLY_CAP } from './store.ts';
import type { Balance } from './types.ts';

it('a cap is told of without a look at the balance, missing credit with what is free of it', async () => {
  let looks = 0;
  const balance = async (): Promise<Balance> => {
    looks += 1;
    return { balanceNanoUsd: 5_000_000_000n, heldNanoUsd: 3_000_000_000n };
  };
  const why = { payer: { accountId: 'acct_1' }, amount: 4_000_000_000n, now: 0, balance };
  for (const cap of [DAILY_CAP, MONTHLY_CAP, AGENT_DAILY_CAP, AGENT_MONTHLY_CAP]) {
    assert.match(
      (await refusalOf(cap, why)).message,
      /may cost up to \$4\.00, and (this key|the agent) may spend/,
    );
  }
  assert.equal(looks, 0);
  assert.match((await refusalOf(CREDIT, why)).message, /up to \$4\.00, and \$2\.00 of credit is free/);
});
