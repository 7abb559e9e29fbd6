import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createOpenResponses } from '@ai-sdk/open-responses';
import { generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai';
import { PATH, type ResponsesApp, startResponsesApp } from './responses-app.ts';

describe('the AI SDK', () => {
  let app: ResponsesApp;
  before(async () => {
    app = await startResponsesApp({ tools: ['calculator'] });
  });
  after(() => app.close());

  const model = (key = app.key) =>
    createOpenResponses({ name: 'muster', url: `${app.url}${PATH}/responses`, apiKey: key })(app.agent);
  const get_weather = tool({
    description: 'The weather at a place',
    inputSchema: jsonSchema<{ location: string }>({
      type: 'object',
      properties: { location: { type: 'string' } },
      required: ['location'],
    }),
    execute: async ({ location }) => `sunny in ${location}`,
  });

  it('generates, with system words and usage [client.ai-sdk]', async () => {
    const result = await generateText({ model: model(), system: 'Be kind.', prompt: 'Hello', maxRetries: 0 });
    assert.equal(result.text, 'Sandbox: Hello');
    assert.ok((result.usage.inputTokens ?? 0) > 0 && (result.usage.outputTokens ?? 0) > 0);
    assert.equal(result.finishReason, 'stop');
  });

  it('streams text and reasoning [client.ai-sdk]', async () => {
    const result = streamText({
      model: model(),
      prompt: '[[think deep]] [[say one two three]]',
      maxRetries: 0,
    });
    let text = '';
    for await (const piece of result.textStream) text += piece;
    assert.equal(text, 'one two three');
    assert.equal(await result.reasoningText, 'deep');
  });

  it('runs its tools and replays its history [client.ai-sdk]', async () => {
    const result = await generateText({
      model: model(),
      tools: { get_weather },
      stopWhen: stepCountIs(3),
      prompt: '[[think hm]] [[call get_weather {"location":"Paris"}]] [[say all sunny]]',
      maxRetries: 0,
    });
    assert.equal(result.steps.length, 2);
    assert.equal(result.text, 'all sunny');
    const streamed = streamText({
      model: model(),
      tools: { get_weather },
      stopWhen: stepCountIs(3),
      prompt:
        '[[call calculator {"expression":"1+1"}]] [[call get_weather {"location":"Rome"}]] [[say good]]',
      maxRetries: 0,
    });
    assert.equal(await streamed.text, 'good');
  });

  it('makes objects, with a schema and without [client.ai-sdk]', async () => {
    const schema = jsonSchema<{ name: string }>({
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    });
    const person = await generateText({
      model: model(),
      output: Output.object({ schema }),
      prompt: 'A person',
      maxRetries: 0,
    });
    assert.equal(typeof person.output.name, 'string');
    const any = await generateText({
      model: model(),
      output: Output.json(),
      prompt: 'Anything',
      maxRetries: 0,
    });
    assert.equal(typeof any.output, 'object');
  });

  it('keeps our words in its errors [client.ai-sdk]', async () => {
    await assert.rejects(generateText({ model: model('sk-wrong'), prompt: 'x', maxRetries: 0 }), /key/i);
    const failing = streamText({
      model: model(),
      prompt: '[[fail 500]]',
      maxRetries: 0,
      onError: () => undefined,
    });
    const parts = [];
    for await (const part of failing.fullStream) parts.push(part.type);
    assert.ok(parts.includes('error'), parts.join());
  });
});
