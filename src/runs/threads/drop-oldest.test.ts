import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Item } from '../../models/index.ts';
import { dropOldest } from './drop-oldest.ts';

const user = (text: string): Item => ({ type: 'message', role: 'user', content: [{ type: 'text', text }] });
const call: Item = { type: 'tool_call', callId: 'c', name: 'f', arguments: '{}', runBy: 'client' };
const result: Item = { type: 'tool_result', callId: 'c', name: 'f', output: '', isError: false };
const conversation = [user('1'), call, result, user('2'), user('3')];

it('what fits stays whole', () => {
  assert.equal(
    dropOldest(conversation, () => true),
    conversation,
  );
});

it('the oldest go first, up to a message of the user, so that no result is parted from its call', () => {
  assert.deepEqual(
    dropOldest(conversation, (items) => items.length <= 4),
    [user('2'), user('3')],
  );
});

it('the last message of the user stays even when it does not fit', () => {
  assert.deepEqual(
    dropOldest(conversation, () => false),
    [user('3')],
  );
  assert.deepEqual(
    dropOldest([user('1')], () => false),
    [user('1')],
  );
});
