import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isSaved, toDraft } from '../../web/src/pages/agent/agent-draft.ts';

it('the editor of an agent knows its own save when the reply to it has not come, and nobody else’s', () => {
  const saved = toDraft({
    ...{ name: 'Clerk', description: '', instructions: 'Be kind.', role: '', goal: '', backstory: '' },
    ...{ model: 'sandbox', parameters: { temperature: 0.7 }, tools: ['calculator'] },
    ...{ knowledge: { mode: 'tool', limit: 5 }, max_steps: 10, max_cost_usd: null },
    ...{ daily_limit_usd: 2.5, monthly_limit_usd: null },
  });
  assert.equal(isSaved({ ...saved, name: 'Clerk ', temperature: '0.70' }, saved), true);
  assert.equal(isSaved({ ...saved, instructions: 'Be short.' }, saved), false);
  assert.equal(isSaved({ ...saved, tools: [] }, saved), false);
  assert.equal(isSaved({ ...saved, daily_limit_usd: '2.50' }, saved), true);
  assert.equal(isSaved({ ...saved, monthly_limit_usd: '30' }, saved), false);
});
