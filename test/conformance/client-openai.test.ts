import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import OpenAI from 'openai';
import { PATH, type ResponsesApp, startResponsesApp } from './responses-app.ts';

const look = {
  type: 'function' as const,
  name: 'look',
  description: 'Looks',
  parameters: { type: 'object', properties: { at: { type: 'string' } } },
  strict: false,
};

describe("OpenAI's SDK", () => {
  let app: ResponsesApp;
  let openai: OpenAI;
  before(async () => {
    app = await startResponsesApp({ tools: ['calculator'] });
    openai = new OpenAI({ apiKey: app.key, baseURL: app.url + PATH, maxRetries: 0 });
  });
  after(() => app.close());

  it('creates, chains and reads responses [client.openai]', async () => {
    const one = await openai.responses.create({ model: app.agent, input: 'Hello' });
    assert.equal(one.output_text, 'Sandbox: Hello');
    const two = await openai.responses.create({
      model: app.agent,
      input: 'Again',
      previous_response_id: one.id,
    });
    assert.equal((await openai.responses.retrieve(two.id)).output_text, 'Sandbox: Again');
    const items = [];
    for await (const item of openai.responses.inputItems.list(two.id, { limit: 1 })) items.push(item);
    assert.equal(items.length, 1);
    assert.ok((await openai.responses.inputTokens.count({ model: app.agent, input: 'Hi' })).input_tokens > 0);
    await openai.responses.delete(one.id);
    await assert.rejects(openai.responses.retrieve(one.id), OpenAI.NotFoundError);
  });

  it('streams with its helper, whose snapshot is the final response [client.openai]', async () => {
    const cases = [
      'Hello',
      '[[think hm hm]] [[say this]]',
      '[[say first]] [[call calculator {"expression":"1+1"}]] [[say then]]',
      '[[parallel look {"at":"a"}; look {"at":"b"}]]',
      '[[say look]] [[call look {}]]',
    ];
    for (const input of cases) {
      const stream = openai.responses.stream({ model: app.agent, input, tools: [look] });
      let text = '';
      stream.on('response.output_text.delta', ({ delta }) => {
        text += delta;
      });
      const final = await stream.finalResponse();
      assert.equal(final.status, 'completed');
      assert.equal(text, final.output_text);
      const again = openai.responses.stream({ response_id: final.id, starting_after: 2 });
      assert.deepEqual((await again.finalResponse()).output, final.output);
    }
  });

  it('parses structured answers [client.openai]', async () => {
    const parsed = await openai.responses.parse({
      model: app.agent,
      input: 'A person',
      text: {
        format: {
          type: 'json_schema',
          name: 'person',
          strict: true,
          schema: {
            type: 'object',
            properties: { name: { type: 'string' } },
            required: ['name'],
            additionalProperties: false,
          },
        },
      },
    });
    assert.equal(typeof JSON.parse(parsed.output_text).name, 'string');
  });

  it('goes round with function calls [client.openai]', async () => {
    const asked = await openai.responses.create({
      model: app.agent,
      input: '[[call look {"at":"x"}]]',
      tools: [look],
    });
    const [call] = asked.output;
    assert.ok(call?.type === 'function_call');
    const answered = await openai.responses.create({
      model: app.agent,
      tools: [look],
      input: [
        { role: 'user', content: 'Look!' },
        call,
        { type: 'function_call_output', call_id: call.call_id, output: 'seen' },
      ],
    });
    assert.equal(answered.status, 'completed');
  });

  it('runs in the background, joins late and cancels [client.openai]', async () => {
    const queued = await openai.responses.create({
      model: app.agent,
      input: '[[wait 60000]] x',
      background: true,
    });
    assert.ok(queued.status === 'queued' || queued.status === 'in_progress');
    assert.equal((await openai.responses.cancel(queued.id)).status, 'cancelled');
    const stream = await openai.responses.create({
      model: app.agent,
      input: 'Hi',
      background: true,
      stream: true,
    });
    let id = '';
    let last = 0;
    for await (const event of stream) {
      if (event.type === 'response.created') id = event.response.id;
      last = event.sequence_number;
      if (event.type === 'response.output_text.delta') break;
    }
    const rest = await openai.responses.retrieve(id, { stream: true, starting_after: last });
    const numbers = [];
    for await (const event of rest) numbers.push(event.sequence_number);
    assert.equal(numbers[0], last + 1);
  });

  it('throws errors with their code, in time and in streams [client.openai]', async () => {
    await assert.rejects(openai.responses.create({ model: 'agent_nobody', input: 'x' }), (error) => {
      assert.ok(error instanceof OpenAI.NotFoundError);
      assert.equal(error.code, 'model_not_found');
      return true;
    });
    const stream = await openai.responses.create({ model: app.agent, input: '[[fail 500]]', stream: true });
    await assert.rejects(async () => {
      for await (const _ of stream);
    }, OpenAI.APIError);
  });

  it('compacts and goes on [client.openai]', async () => {
    const compacted = await openai.responses.compact({
      model: app.agent,
      input: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi' },
      ],
    });
    const input = [...compacted.output, { role: 'user' as const, content: 'On' }];
    // The SDK types its compaction output wider than its input.
    const next = await openai.responses.create({
      model: app.agent,
      input: input as OpenAI.Responses.ResponseInput,
    });
    assert.equal(next.status, 'completed');
  });

  it('keeps conversations [client.openai]', async () => {
    const { id } = await openai.conversations.create({
      metadata: { a: 'b' },
      items: [{ role: 'user', content: 'one' }],
    });
    await openai.responses.create({ model: app.agent, input: 'two', conversation: id });
    const types = [];
    for await (const item of openai.conversations.items.list(id, { order: 'asc', limit: 2 }))
      types.push(item.type);
    assert.equal(types.length, 3);
    assert.deepEqual((await openai.conversations.update(id, { metadata: { c: 'd' } })).metadata, { c: 'd' });
    await openai.conversations.delete(id);
    await assert.rejects(openai.conversations.retrieve(id), OpenAI.NotFoundError);
  });
});
