import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Item } from '../../models/index.ts';
import { cpuMsOf } from '../../testing/cpu-time.ts';
import { identifyCalls } from './identify-calls.ts';
import type { Turn } from './types.ts';

const call = (callId: string, name = 'look', text = '{}'): Item => ({
  type: 'tool_call',
  callId,
  name,
  arguments: text,
  runBy: 'client',
});
const result = (callId: string, name = 'look'): Item => ({
  type: 'tool_result',
  callId,
  name,
  output: '42',
  isError: false,
});
const turn = (input: Item[], output: Item[]): Turn => ({
  id: 't',
  conversationId: 'conv_1',
  parentId: undefined,
  agentId: 'agent_1',
  status: 'completed',
  input,
  output,
  createdAt: 0,
});
const ids = (path: readonly Turn[], request: readonly Item[]) =>
  identifyCalls(path, request).map((item) => ('callId' in item ? item.callId : ''));

it('a request whose calls have ids is left as it is', () => {
  const request = [call('a'), result('a')];
  assert.equal(identifyCalls([turn([], [call('')])], request), request);
});

it('calls without ids get some of their own, and their results the same, in order', () => {
  const request = [call(''), result(''), call(''), call('', 'find'), result('', 'find'), result('')];
  const [first, firstResult, second, find, findResult, secondResult] = ids([], request);
  assert.equal(new Set([first, second, find]).size, 3);
  assert.deepEqual([firstResult, secondResult, findResult], [first, second, find]);
});

it('calls that are stored have the ids that they have there, each once', () => {
  const path = [turn([], [call('a')]), turn([result('a')], [call('b')])];
  assert.deepEqual(ids(path, [call(''), result(''), call(''), result('')]), ['a', 'a', 'b', 'b']);
  assert.deepEqual(ids(path, [result('')]), ['b']);
  const other = ids(path, [call('', 'look', '{"x":1}')])[0];
  assert.ok(other !== undefined && !['', 'a', 'b'].includes(other));
});

it('a result that answers no open call is refused by its name', () => {
  const path = [turn([], [call('a')]), turn([result('a')], [])];
  assert.throws(() => identifyCalls(path, [result('')]), /'look' answers no open function call/);
  assert.throws(() => identifyCalls([], [call('', 'find'), result('')]), /'look'/);
});

it('very many calls without ids are read in time by their number', async () => {
  const many = (make: () => Item) => Array.from({ length: 20_000 }, make);
  const request = [
    ...[...many(() => call('')), ...many(() => call('', 'find'))],
    ...[...many(() => result('', 'find')), ...many(() => result(''))],
  ];
  const path = [
    turn(
      many(() => call('a', 'look', '{"x":1}')),
      [],
    ),
  ];
  assert.ok((await cpuMsOf(() => identifyCalls(path, request))) < 1_000);
});
