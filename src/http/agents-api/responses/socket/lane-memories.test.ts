import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Turn } from '../../../../runs/index.ts';
import { LaneMemories } from './lane-memories.ts';

const turn = (id: string, text = 'x'): Turn => ({
  id,
  conversationId: 'conv_1',
  parentId: undefined,
  agentId: 'agent_1',
  status: 'completed',
  input: [{ type: 'message', role: 'user', content: [{ type: 'text', text }] }],
  output: [],
  createdAt: 0,
});
const memory = (...turns: Turn[]) => ({ turns, storedCount: 0 });

it('a lane remembers its last response only', () => {
  const memories = new LaneMemories();
  memories.keep(undefined, memory(turn('a')));
  memories.keep(undefined, memory(turn('a'), turn('b')));
  assert.equal(memories.find('a'), undefined);
  assert.equal(memories.find('b')?.turns.length, 2);
  memories.evict('resp_b');
  assert.equal(memories.find('b'), undefined);
});

it('sixteen lanes are remembered, those used last', () => {
  const memories = new LaneMemories();
  for (let n = 0; n < 20; n++) memories.keep(`lane ${n}`, memory(turn(`t${n}`)));
  assert.equal(memories.find('t3'), undefined);
  assert.ok(memories.find('t4') && memories.find('t19'));
});

it('what is larger than the bound of a connection is not remembered', () => {
  const memories = new LaneMemories();
  memories.keep('a', memory(turn('small')));
  memories.keep('b', memory(turn('large', 'x'.repeat(70 * 1024 * 1024))));
  assert.equal(memories.find('large'), undefined);
});
