import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { RunEvent } from '../../../runs/index.ts';
import { sseFraming } from './framing.ts';
import { ResponseEmitter } from './response-emitter.ts';
import type { ResponseEcho, ResponseEnd, ResponseStatus } from './response-resource.ts';

// What a response repeats of its request plays no part here.
const identity = {
  uid: '0VbdtdPZtNbO1mJ4YjLGmvw3tT',
  createdAt: 1_000,
  echo: { tools: [] as readonly unknown[] } as ResponseEcho,
};
const end = (status: ResponseStatus): ResponseEnd => ({
  status,
  usage: null,
  completedAt: null,
  incompleteReason: null,
  error: null,
  warnings: [],
});
const called = (step: number): RunEvent => ({ type: 'model.called', step, model: 'm' });
const said = (text: string): RunEvent => ({ type: 'text.delta', text });
const thought = (text: string): RunEvent => ({ type: 'reasoning.delta', text });
const answered = (step: number): RunEvent => ({
  type: 'model.answered',
  step,
  usage: { inputTokens: 1, cachedTokens: 0, outputTokens: 1, reasoningTokens: 0, estimated: false },
  costNanoUsd: 0n,
  finishReason: 'stop',
  durationMs: 1,
});

function run(events: readonly RunEvent[], status: ResponseStatus = 'completed', after = -1) {
  let wire = '';
  const emitter = new ResponseEmitter({
    identity,
    showSteps: true,
    framing: sseFraming,
    write: (frame) => {
      wire += frame;
    },
    after,
  });
  for (const event of events) emitter.event(event);
  const resource = emitter.finish(end(status)) as {
    output: { type: string; phase?: string; status: string }[];
  };
  return { wire, output: resource.output };
}

const shown = (output: readonly object[]) =>
  output.map((item) => {
    const { type, phase, content, summary } = item as {
      type: string;
      phase?: string;
      content?: { text: string }[];
      summary?: { text: string }[];
    };
    return [type, phase, (content ?? summary)?.[0]?.text];
  });

it('the same events give the same bytes, and the rest of them after any event', () => {
  const events = [called(1), thought('hm'), said('a '), said('b'), answered(1)];
  const whole = run(events).wire;
  assert.equal(run(events).wire, whole);
  for (const after of [0, 3, 7]) assert.ok(whole.endsWith(run(events, 'completed', after).wire));
});

it('words that a call made anew says again are told once', () => {
  const broken = [called(1), thought('hm'), said('the answer '), said('is')];
  const again = [called(1), thought('h'), thought('m'), said('the '), said('answer is 42'), answered(1)];
  const { output } = run([...broken, ...again]);
  assert.deepEqual(shown(output), [
    ['reasoning', undefined, 'hm'],
    ['message', 'final_answer', 'the answer is 42'],
  ]);
});

it('other words of a call made anew are a message of their own, and the old ones stay', () => {
  const { output } = run([
    called(1),
    said('it is four'),
    called(1),
    said('it is '),
    said('five'),
    answered(1),
  ]);
  assert.deepEqual(shown(output), [
    ['message', 'commentary', 'it is four'],
    ['message', 'final_answer', 'it is five'],
  ]);
});

it('fewer words of a call made anew are told whole', () => {
  const { output } = run([
    called(1),
    said('it is four, I think'),
    called(1),
    said('it is four'),
    answered(1),
  ]);
  assert.deepEqual(shown(output), [
    ['message', 'commentary', 'it is four, I think'],
    ['message', 'final_answer', 'it is four'],
  ]);
});

it('of an answer that is cut only the last item is incomplete', () => {
  const call: RunEvent = { type: 'client_call.started', index: 0, callId: 'c', name: 'f' };
  const { output } = run([called(1), said('text'), call], 'incomplete');
  assert.deepEqual(
    output.map(({ type, status }) => [type, status]),
    [
      ['message', 'completed'],
      ['function_call', 'incomplete'],
    ],
  );
});

it('a refusal after words is a part of the same message', () => {
  const { output } = run([called(1), said('Well, '), { type: 'refusal.delta', text: 'no' }, answered(1)]);
  assert.deepEqual((output[0] as unknown as { content: unknown }).content, [
    { type: 'output_text', text: 'Well, ', annotations: [] },
    { type: 'refusal', refusal: 'no' },
  ]);
});
