import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf } from '../test-support.ts';
import type { ModelReply } from '../types.ts';
import { frames, openScriptedProvider } from './chat-model.fixture.ts';

const { upstream, streamed } = await openScriptedProvider();

const calls = (reply: ModelReply) => reply.toolCalls.map((call) => [call.name, call.arguments]);

test('tool calls stream as parts and arrive whole', async () => {
  const toolCalls = [
    { id: 'a', name: 'first', arguments: '{"x":[1,2]}' },
    { id: 'b', name: 'second', arguments: '' },
  ];
  upstream.play({ toolCalls, text: 'On it.' });
  const { reply, sink } = await streamed();
  assert.equal(reply.finishReason, 'tool_calls');
  assert.deepEqual(reply.toolCalls, [
    { callId: 'a', name: 'first', arguments: '{"x":[1,2]}' },
    { callId: 'b', name: 'second', arguments: '{}' },
  ]);
  const heads = sink.parts.filter((part) => part.type === 'tool_call');
  assert.deepEqual(
    heads.map((part) => [part.index, part.callId]),
    [
      [0, 'a'],
      [1, 'b'],
    ],
  );
  assert.equal(sink.textOf('tool_arguments'), '{"x":[1,2]}{}');
});

test('tool calls without index or id, with repeated ids, or with arguments as an object are understood', async () => {
  const fn = (name: string, args: unknown) => ({ name, arguments: args });
  const cases: [string[], string[][]][] = [
    [
      frames(
        { tool_calls: [{ id: 'a', function: fn('f', '{"q"') }] },
        { tool_calls: [{ function: { arguments: ':1}' } }] },
      ),
      [['f', '{"q":1}']],
    ],
    [
      frames({ tool_calls: [{ function: fn('f', '{}') }] }, { tool_calls: [{ function: fn('g', '{}') }] }),
      [
        ['f', '{}'],
        ['g', '{}'],
      ],
    ],
    [
      frames(
        { tool_calls: [{ index: 0, id: 'a', function: fn('f', '{') }] },
        { tool_calls: [{ index: 0, id: 'a', function: fn('f', '}') }] },
      ),
      [['f', '{}']],
    ],
    [
      frames(
        { tool_calls: [{ index: 0, id: 'a', function: fn('f', '{}') }] },
        { tool_calls: [{ index: 0, id: 'b', function: fn('f', '{}') }] },
      ),
      [
        ['f', '{}'],
        ['f', '{}'],
      ],
    ],
    [frames({ tool_calls: [{ index: 0, function: fn('f', { q: 1 }) }] }), [['f', '{"q":1}']]],
    [frames({ tool_calls: [{ index: 0, id: 'a', function: fn('f', 'not json') }] }), [['f', 'not json']]],
  ];
  for (const [events, expected] of cases) {
    upstream.play({ events });
    const { reply } = await streamed();
    assert.deepEqual(calls(reply), expected);
    assert.equal(reply.finishReason, 'tool_calls');
    const ids = reply.toolCalls.map((call) => call.callId);
    assert.ok(ids.every((id) => id !== '') && new Set(ids).size === ids.length);
  }
});

test('reasoning blocks go back to the provider as they came', async () => {
  upstream.play({
    events: frames(
      { reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'Think' }] },
      { reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'ing', signature: 'sig' }] },
      { content: 'Done' },
    ),
  });
  const { reply } = await streamed();
  assert.equal(reply.reasoning[0]?.text, 'Thinking');
  const details = [{ type: 'reasoning.text', index: 0, text: 'Thinking', signature: 'sig' }];
  upstream.play({});
  await streamed(
    callOf({
      items: [
        ...reply.reasoning,
        { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Done' }] },
      ],
    }),
  );
  assert.deepEqual(upstream.calls.at(-1)?.body.messages, [
    { role: 'assistant', content: 'Done', reasoning_details: details },
  ]);
});
