import type { TestApp } from '../../src/testing/test-app.ts';
import { recordSpend, recordUsage } from './record-usage.ts';

const seeded = new WeakMap<TestApp, Promise<void>>();

/** An account with agents, keys and a history, made once, for the pictures of lists and charts. */
export function seedAccount(test: TestApp): Promise<void> {
  const begun = seeded.get(test) ?? seed(test);
  seeded.set(test, begun);
  return begun;
}

async function seed(test: TestApp): Promise<void> {
  const { owner } = test;
  const support = await test.createAgent(owner, { name: 'Support' });
  const writer = await test.createAgent(owner, { name: 'Release notes' });
  const website = await test.createKey(owner, { name: 'website', agent_ids: [support], daily_limit_usd: 50 });
  await test.createKey(owner, { name: 'nightly report', monthly_limit_usd: 20 });
  await recordUsage(test, owner, 40, { agentId: support, keyId: website.id, costNanoUsd: 1_103_250_000n });
  await recordSpend(test, owner, website.id, 44_130_000_000n);
  await recordUsage(test, owner, 7, {
    agentId: writer,
    model: 'anthropic/claude-x',
    costNanoUsd: 2_310_000n,
  });
}
