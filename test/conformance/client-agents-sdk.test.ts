import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  Agent,
  OpenAIConversationsSession,
  OpenAIProvider,
  Runner,
  setTracingDisabled,
  tool,
} from '@openai/agents';
import OpenAI from 'openai';
import { PATH, type ResponsesApp, startResponsesApp } from './responses-app.ts';

const weather = tool({
  name: 'get_weather',
  description: 'The weather at a place',
  parameters: {
    type: 'object',
    properties: { location: { type: 'string' } },
    required: ['location'],
    additionalProperties: false,
  },
  strict: true,
  execute: async () => 'sunny',
});

describe('the OpenAI Agents SDK', () => {
  let app: ResponsesApp;
  let openai: OpenAI;
  let upgrades = 0;
  before(async () => {
    setTracingDisabled(true);
    app = await startResponsesApp({ tools: ['calculator'] });
    app.app.server.server.on('upgrade', () => upgrades++);
    openai = new OpenAI({ apiKey: app.key, baseURL: app.url + PATH, maxRetries: 0 });
  });
  after(() => app.close());

  const runnerOver = (useResponsesWebSocket: boolean) =>
    new Runner({
      modelProvider: new OpenAIProvider({ openAIClient: openai, useResponses: true, useResponsesWebSocket }),
      tracingDisabled: true,
    });
  const agent = () =>
    new Agent({ name: 'Helper', instructions: 'Help.', model: app.agent, tools: [weather] });

  for (const [transport, overSocket] of [
    ['HTTP', false],
    ['WebSocket', true],
  ] as const) {
    it(`runs its tools over ${transport} [client.agents-sdk]`, async () => {
      const runner = runnerOver(overSocket);
      const result = await runner.run(
        agent(),
        '[[call get_weather {"location":"Paris"}]] [[say it is sunny]]',
      );
      assert.equal(result.finalOutput, 'it is sunny');
      assert.ok(result.newItems.some(({ type }) => type === 'tool_call_output_item'));
      const again = await runner.run(agent(), [
        ...result.history,
        { role: 'user', content: '[[say thanks]]' },
      ]);
      assert.equal(again.finalOutput, 'thanks');
      assert.equal(upgrades > 0, overSocket);
    });

    it(`streams over ${transport}, with the server's own tools out of sight [client.agents-sdk]`, async () => {
      const runner = runnerOver(overSocket);
      const input = '[[think hm]] [[call calculator {"expression":"6*7"}]] [[say forty two]]';
      const result = await runner.run(agent(), input, { stream: true });
      let text = '';
      for await (const event of result) {
        if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta')
          text += event.data.delta;
      }
      await result.completed;
      assert.equal(text, 'forty two');
      assert.equal(result.finalOutput, 'forty two');
    });
  }

  it('keeps its sessions in conversations [client.agents-sdk]', async () => {
    const session = new OpenAIConversationsSession({ client: openai });
    const runner = runnerOver(false);
    await runner.run(agent(), 'My name is Ada', { session });
    await runner.run(agent(), '[[call get_weather {"location":"Paris"}]] and now?', { session });
    const items = await session.getItems();
    const types = items.map((item) => item.type ?? 'message');
    assert.deepEqual(types, [
      'message',
      'message',
      'message',
      'function_call',
      'function_call_result',
      'message',
    ]);
    assert.equal((await session.getItems(2)).length, 2);
    await session.popItem();
    assert.equal((await session.getItems()).length, items.length - 1);
    await session.clearSession();
    assert.deepEqual(await session.getItems(), []);
  });

  it('goes on by previous response and by conversation [client.agents-sdk]', async () => {
    const runner = runnerOver(false);
    const one = await runner.run(agent(), 'Hello');
    const two = await runner.run(agent(), 'Again', { previousResponseId: one.lastResponseId ?? 'none' });
    assert.equal(two.finalOutput, 'Sandbox: Again');
    const { id } = await openai.conversations.create();
    await runner.run(agent(), 'In a conversation', { conversationId: id });
    const items = await openai.conversations.items.list(id);
    assert.equal(items.data.length, 2);
  });
});
