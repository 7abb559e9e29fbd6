import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Tool } from '../../tools/index.ts';
import { offerTools } from './offer-tools.ts';

const definition = (name: string) => ({ name, description: '', parameters: {} });
const serverTool: Tool = {
  ...definition('server'),
  category: 'utility',
  priceNanoUsd: 0n,
  run: async () => ({ output: '', isError: false }),
};
type Task = Parameters<typeof offerTools>[0];
const offer = (task: Partial<Task>, step = 1, hasAdmittedCall = false) => {
  const whole: Task = {
    ...{ serverTools: [serverTool], clientTools: [definition('one'), definition('two')], maxSteps: 3 },
    ...{ toolChoice: { type: 'required' }, ...task },
  };
  const { tools, toolChoice } = offerTools(whole, { mayCallTools: true, hasAdmittedCall }, step);
  return { names: tools.map(({ name }) => name), choice: toolChoice };
};

it('a demand is made of one tool only when that is the one that is allowed of those shown', () => {
  assert.deepEqual(offer({ allowedTools: ['one'] }).choice, { type: 'tool', name: 'one' });
  assert.deepEqual(offer({ allowedTools: ['server', 'one'] }).choice, { type: 'required' });
  assert.deepEqual(offer({ allowedTools: ['absent'] }).choice, { type: 'required' });
  assert.deepEqual(offer({}).choice, { type: 'required' });
  assert.deepEqual(offer({ allowedTools: ['one'], toolChoice: { type: 'auto' } }).choice, { type: 'auto' });
});

it("the last step demands what is left of the allowed tools: the caller's", () => {
  const both = offer({ allowedTools: ['server', 'one'] }, 3);
  assert.deepEqual(both, { names: ['one', 'two'], choice: { type: 'tool', name: 'one' } });
  assert.deepEqual(offer({}, 3), { names: ['one', 'two'], choice: { type: 'required' } });
  assert.deepEqual(offer({}, 3, true), { names: ['one', 'two'], choice: { type: 'auto' } });
});

it("the last step is an answer when none of the caller's tools is allowed", () => {
  for (const type of ['required', 'auto'] as const) {
    const { choice } = offer({ allowedTools: ['server'], toolChoice: { type } }, 3);
    assert.deepEqual(choice, { type: 'none' });
  }
});
