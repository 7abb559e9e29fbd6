import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Item } from '../../models/index.ts';
import { itemIds, turnOfItem } from './item-ids.ts';

const uid = '0VbdtdPZtNbO1mJ4YjLGmvw3tT';
const message = (role: 'user' | 'assistant'): Item => ({
  type: 'message',
  role,
  content: [{ type: 'text', text: 'x' }],
});
const call = (callId: string, runBy: 'server' | 'client'): Item => ({
  type: 'tool_call',
  callId,
  name: 'f',
  arguments: '{}',
  runBy,
});
const result = (callId: string): Item => ({
  type: 'tool_result',
  callId,
  name: 'f',
  output: '',
  isError: false,
});
const reasoning: Item = { type: 'reasoning', text: 'hm' };

it('items have ids of their kind and place; a call of the server and its result, and one stretch of thought, have one', () => {
  const { input, output } = itemIds({
    id: uid,
    input: [message('user'), call('a', 'client'), result('a')],
    output: [
      reasoning,
      reasoning,
      message('assistant'),
      call('s', 'server'),
      result('s'),
      reasoning,
      call('c', 'client'),
    ],
  });
  assert.deepEqual(input, [`msg_${uid}_i0`, `fc_${uid}_i1`, `fco_${uid}_i2`]);
  assert.deepEqual(output, [
    `rs_${uid}_0`,
    `rs_${uid}_0`,
    `msg_${uid}_0`,
    `mtc_${uid}_0`,
    `mtc_${uid}_0`,
    `rs_${uid}_1`,
    `fc_${uid}_0`,
  ]);
  for (const id of [...input, ...output]) assert.equal(turnOfItem(id), uid);
});

it('an id of nobody belongs to no turn', () => {
  for (const id of ['', 'msg_1', `msg_${uid}`, `xxx_${uid}_0`, `msg_${uid}_0_1`])
    assert.equal(turnOfItem(id), undefined);
});
