import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { callOf } from './test-support.ts';
import { estimatePromptTokens, estimateTokens, estimateUsage } from './token-estimate.ts';

test('an estimate is above the four characters a token of English prose, and nothing costs nothing', () => {
  assert.equal(estimateTokens(''), 0);
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      (text) => estimateTokens(text) >= Math.ceil(text.length / 4),
    ),
  );
});

test('everything that is sent counts: instructions, tools, schema, images, files, results', () => {
  const plain = estimatePromptTokens(callOf());
  const parameters = { type: 'object', properties: { a: { type: 'string' } } };
  const text = 'x'.repeat(350);
  const more = [
    callOf({ instructions: text }),
    callOf({ tools: [{ name: 'f', description: text, parameters }] }),
    callOf({ responseFormat: { type: 'json_schema', name: 'n', schema: { description: text } } }),
    callOf({
      items: [
        ...callOf().items,
        { type: 'tool_result', callId: 'c', name: 'f', output: text, isError: false },
      ],
    }),
    callOf({
      items: [
        ...callOf().items,
        { type: 'message', role: 'user', content: [{ type: 'image', url: 'https://x.test/a.png' }] },
      ],
    }),
    callOf({
      items: [
        ...callOf().items,
        {
          type: 'message',
          role: 'user',
          content: [{ type: 'file', mediaType: 'application/pdf', data: { type: 'base64', base64: 'AA==' } }],
        },
      ],
    }),
  ];
  for (const call of more) assert.ok(estimatePromptTokens(call) >= plain + 100);
});

test('what was produced is billed as output, reasoning within it', () => {
  const usage = estimateUsage(callOf(), {
    text: 'a'.repeat(35),
    reasoningText: 'b'.repeat(70),
    toolArgumentsLength: 7,
  });
  assert.deepEqual([usage.outputTokens, usage.reasoningTokens, usage.estimated], [32, 20, true]);
});
