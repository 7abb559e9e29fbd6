import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { RunEvent } from './events.ts';
import { RunRecording } from './recording.ts';

/** Objects as they are made anywhere else. */
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(model, { noNullPrototype: true });
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 5 });
const event: fc.Arbitrary<RunEvent> = fc.oneof(
  plain({
    type: fc.constantFrom('text.delta' as const, 'reasoning.delta' as const, 'refusal.delta' as const),
    text,
  }),
  plain({ type: fc.constant('client_call.delta' as const), index: fc.nat(2), text }),
  plain({
    type: fc.constant('tool.completed' as const),
    step: fc.nat(3),
    callId: fc.string(),
    name: fc.string(),
    output: fc.string(),
    isError: fc.boolean(),
    costNanoUsd: fc.bigInt({ min: 0n }),
    durationMs: fc.nat(),
  }),
);

it('a recording plays the same events in the same pieces, from memory and from its text', () => {
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const recording = new RunRecording();
      for (const one of events) recording.record(one);
      const fromMemory: RunEvent[] = [];
      recording.replay((one) => fromMemory.push(one));
      assert.deepEqual(fromMemory, events);
      const fromText: RunEvent[] = [];
      RunRecording.replayJson(recording.toJson(), (one) => fromText.push(one));
      assert.deepEqual(fromText, events);
    }),
  );
});

it('a recording that was played goes on', () => {
  const recording = new RunRecording();
  recording.record({ type: 'text.delta', text: 'a' });
  recording.replay(() => undefined);
  recording.record({ type: 'text.delta', text: 'b' });
  const texts: string[] = [];
  recording.replay((one) => texts.push('text' in one ? one.text : ''));
  assert.deepEqual(texts, ['a', 'b']);
});

it('words that follow one another are kept as one', () => {
  const recording = new RunRecording();
  for (let n = 0; n < 1000; n++) recording.record({ type: 'text.delta', text: 'word ' });
  assert.equal(JSON.parse(recording.toJson()).length, 1);
});
