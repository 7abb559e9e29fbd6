import { after } from 'node:test';
import { startScriptedUpstream } from '../../testing/scripted-upstream.ts';
import { callOf, RecordingSink, type TestModelOptions, testModel } from '../test-support.ts';
import type { ChatModel, ModelCall } from '../types.ts';

export const never = new AbortController().signal;

/** For the top of a test file: a scripted provider, and models that talk to it. */
export async function openScriptedProvider() {
  const upstream = await startScriptedUpstream();
  const closers: (() => Promise<void>)[] = [];
  after(async () => {
    await Promise.all(closers.map((close) => close()));
    await upstream.close();
  });
  const modelOf = (options: TestModelOptions = {}): ChatModel => {
    const { model, close } = testModel(upstream.baseUrl, options);
    closers.push(close);
    return model;
  };
  return {
    upstream,
    modelOf,
    async streamed(call: ModelCall = callOf(), options: TestModelOptions = {}) {
      const sink = new RecordingSink();
      const reply = await modelOf(options).call(call, { signal: never, sink });
      return { reply, sink };
    },
  };
}

export function frames(...deltas: object[]): string[] {
  return [
    ...deltas.map((delta) => JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })),
    JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
    '[DONE]',
  ];
}
