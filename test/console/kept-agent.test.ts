import assert from 'node:assert/strict';
import { it } from 'node:test';
import { toBody, toDraft } from '../../web/src/pages/agent/agent-draft.ts';
import { keptAgent } from '../../web/src/pages/agent/kept-agent.ts';

it('what an older console kept of an agent gets the fields it did not know, as nobody has changed them', () => {
  const now = toDraft({
    ...{ name: 'Clerk', description: '', instructions: '', role: '', goal: '', backstory: '' },
    ...{ model: 'sandbox', parameters: {}, tools: [], knowledge: { mode: 'tool', limit: 5 }, max_steps: 10 },
    ...{ max_cost_usd: null, daily_limit_usd: 2.5, monthly_limit_usd: null },
  });
  const { daily_limit_usd: _day, monthly_limit_usd: _month, ...older } = now;
  const typed = { ...older, name: 'Head clerk' };
  const kept = JSON.stringify({ base: { version: 1, draft: older }, draft: typed, sent: [typed] });
  const storage = { getItem: () => kept };
  Object.defineProperty(globalThis, 'sessionStorage', { value: storage, configurable: true });
  const read = keptAgent.read('agent_1', now);
  assert.deepEqual(read?.base, { version: 1, draft: now });
  assert.deepEqual(read.draft, { ...now, name: 'Head clerk' });
  assert.deepEqual(read.sent?.map(toBody), [toBody(read.draft)]);
});
