import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Item } from '../../models/index.ts';
import { appendToThread, continueThread } from './continue-thread.ts';
import type { Turn } from './types.ts';

const user = (text: string): Item => ({ type: 'message', role: 'user', content: [{ type: 'text', text }] });
const system = (text: string): Item => ({
  type: 'message',
  role: 'system',
  content: [{ type: 'text', text }],
});
const assistant = (text: string): Item => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text }],
});
const call = (callId: string, runBy: 'server' | 'client'): Item => ({
  type: 'tool_call',
  callId,
  name: 'lookup',
  arguments: '{}',
  runBy,
});
const result = (callId: string): Item => ({
  type: 'tool_result',
  callId,
  name: 'lookup',
  output: '42',
  isError: false,
});

function turn(id: string, input: Item[], output: Item[], status: Turn['status'] = 'completed'): Turn {
  return {
    id,
    conversationId: 'conv_1',
    parentId: undefined,
    agentId: 'agent_1',
    status,
    input,
    output,
    createdAt: 0,
  };
}

const path = [
  turn('t1', [user('Hello')], [assistant('Hi')]),
  turn('t2', [user('Who are you?')], [assistant('A bot')]),
];

describe('continueThread', () => {
  it('takes all messages of a request as new when none repeats a stored answer', () => {
    const { path: base, input, history } = continueThread(path, [user('Thanks')]);
    assert.equal(base.at(-1)?.id, 't2');
    assert.deepEqual(input, [user('Thanks')]);
    assert.equal(history.length, 4);
  });

  it('takes a message that was said before as said again', () => {
    const { path: base, input } = continueThread(path, [user('Hello')]);
    assert.equal(base.at(-1)?.id, 't2');
    assert.deepEqual(input, [user('Hello')]);
  });

  it('drops a resent beginning that is stored whole', () => {
    const { path: base, input } = continueThread(path, [
      user('Hello'),
      assistant('Hi'),
      user('Who are you?'),
      assistant('A bot'),
      user('Thanks'),
    ]);
    assert.equal(base.at(-1)?.id, 't2');
    assert.deepEqual(input, [user('Thanks')]);
  });

  it('branches where the client has gone back to', () => {
    const {
      path: base,
      input,
      history,
    } = continueThread(path, [user('Hello'), assistant('Hi'), user('What time is it?')]);
    assert.equal(base.at(-1)?.id, 't1');
    assert.deepEqual(input, [user('What time is it?')]);
    assert.deepEqual(history, [user('Hello'), assistant('Hi')]);
  });

  it('takes everything as new when the client has changed an answer', () => {
    const request = [user('Hello'), assistant('Hi!!'), user('Next')];
    const { path: base, input } = continueThread(path, request);
    assert.equal(base.at(-1)?.id, 't2');
    assert.deepEqual(input, request);
  });

  it('keeps the instructions of a request whose other messages are stored, and matches without them', () => {
    const { input } = continueThread(path, [
      system('Be brief'),
      user('Hello'),
      assistant('Hi'),
      user('Next'),
    ]);
    assert.deepEqual(input, [system('Be brief'), user('Next')]);
  });

  it('recognises an answer that was made in several steps by the text that the caller got', () => {
    const stepped = [
      turn(
        't1',
        [user('Sum?')],
        [assistant('Let me see.'), call('s1', 'server'), result('s1'), assistant('It is 42.')],
      ),
    ];
    const { path: base, input } = continueThread(stepped, [
      user('Sum?'),
      assistant('Let me see.\n\nIt is 42.'),
      user('Ok'),
    ]);
    assert.equal(base.at(-1)?.id, 't1');
    assert.deepEqual(input, [user('Ok')]);
  });

  it('accepts the results of the calls that the caller was asked for, resent or alone', () => {
    const waiting = [turn('t1', [user('Weather?')], [call('c1', 'client')])];
    assert.equal(continueThread(waiting, [result('c1')]).path.at(-1)?.id, 't1');
    const resent = continueThread(waiting, [user('Weather?'), call('c1', 'client'), result('c1')]);
    assert.deepEqual(resent.input, [result('c1')]);
  });

  it('refuses a result without its call and a question while results are missing', () => {
    assert.throws(() => continueThread(path, [result('nope')]), { code: 'tool_results_missing' });
    const waiting = [turn('t1', [user('Weather?')], [call('c1', 'client'), call('c2', 'client')])];
    assert.throws(() => continueThread(waiting, [user('And now?')]), { code: 'tool_results_missing' });
    assert.throws(() => continueThread(waiting, [result('c1')]), { code: 'tool_results_missing' });
  });

  it('leaves out what a deleted call has left behind', () => {
    const left = [turn('t1', [user('Weather?')], []), turn('t2', [result('c1')], [assistant('Sunny')])];
    for (const join of [continueThread, appendToThread]) {
      assert.deepEqual(join(left, [user('And now?')]).history, [user('Weather?'), assistant('Sunny')]);
      const whole = [turn('t1', [user('Weather?')], [call('c1', 'client')]), ...left.slice(1)];
      assert.equal(join(whole, [user('And now?')]).history.length, 4);
    }
  });

  it('refuses a request that adds nothing', () => {
    assert.throws(() => continueThread(path, [user('Hello'), assistant('Hi')]), {
      code: 'nothing_to_answer',
    });
    assert.throws(() => continueThread([], [system('Only instructions')]), { code: 'nothing_to_answer' });
  });

  it('puts a repeated question in the place of the turn that failed on it', () => {
    const failed = [path[0] ?? turn('', [], []), turn('t2', [user('Again?')], [assistant('Par')], 'failed')];
    assert.equal(continueThread(failed, [user('Again?')]).path.at(-1)?.id, 't1');
    assert.equal(continueThread(failed, [user('Something else')]).path.at(-1)?.id, 't2');
  });
});
