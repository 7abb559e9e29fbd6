import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Tool } from '../../tools/index.ts';
import { admitCall } from './admit-call.ts';

const definition = (name: string) => ({ name, description: '', parameters: {} });
const serverTool = (name: string): Tool => ({
  ...definition(name),
  category: 'utility',
  priceNanoUsd: 0n,
  run: async () => ({ output: '', isError: false }),
});
const task = {
  serverTools: [serverTool('server')],
  clientTools: [definition('client')],
  allowedTools: undefined,
  maxToolCalls: undefined,
  toolChoice: { type: 'auto' },
} as const;
const typeOf = (name: string, made = 0, more: Partial<Parameters<typeof admitCall>[0]> = {}) =>
  admitCall({ ...task, ...more }, name, made).type;

it('a call is run by whoever has the tool, and refused when nobody does', () => {
  assert.equal(typeOf('server'), 'server');
  assert.equal(typeOf('client'), 'client');
  const unknown = admitCall(task, 'nobody', 0);
  assert.ok(unknown.type === 'refused' && /server, client/.test(unknown.reason));
});

it('a call outside the allowed ones, above the bound, or where none may be made is refused', () => {
  assert.equal(typeOf('client', 0, { allowedTools: ['server'] }), 'refused');
  assert.equal(typeOf('server', 0, { allowedTools: ['client'] }), 'refused');
  assert.equal(typeOf('client', 1, { maxToolCalls: 2 }), 'client');
  assert.equal(typeOf('client', 2, { maxToolCalls: 2 }), 'refused');
  assert.equal(typeOf('server', 0, { toolChoice: { type: 'none' } }), 'refused');
});

it('a second call for a caller who takes one at a time is refused, one of the server is not', () => {
  const one = { ...task, oneClientCall: true };
  assert.equal(admitCall(one, 'client', 3, 0).type, 'client');
  assert.equal(admitCall(one, 'client', 1, 1).type, 'refused');
  assert.equal(admitCall(one, 'server', 1, 1).type, 'server');
  assert.equal(admitCall(task, 'client', 1, 1).type, 'client');
});
