import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import OpenAI from 'openai';
import { at } from '../../src/testing/test-app.ts';
import { overProvider } from './over-provider.ts';

type Body = OpenAI.ChatCompletionCreateParamsNonStreaming;
type Message = OpenAI.ChatCompletionMessageParam;

const functions = [
  {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];
const question: Message = { role: 'user', content: 'How is the weather in Rome?' };
const called = { name: 'get_weather', arguments: '{"city":"Rome"}' };
const result: Message = { role: 'function', name: 'get_weather', content: '21 degrees' };

/** Programs that were written before tools came. */
describe("a client of OpenAI's older function calls", () => {
  const provider = overProvider();
  let client: OpenAI;
  let agent: string;

  beforeEach(async () => {
    const { test, person, upstream } = provider;
    agent = await test.createAgent(person, { model: 'openai/m' });
    const { key } = await test.createKey(person);
    client = new OpenAI({ baseURL: `${test.url}/api/agents/v1`, apiKey: key, maxRetries: 0 });
    upstream.play({ toolCalls: [{ id: 'call_1', ...called }] });
  });
  const ask = (messages: Message[], more: Partial<Body> & Record<string, unknown> = {}) =>
    client.chat.completions.create({ model: agent, messages, functions, ...more });
  const sent = () => provider.upstream.calls.at(-1)?.body;
  const sentMessages = () => at(sent(), 'messages') as Record<string, unknown>[];

  it('is asked for a call as function_call, and answered with its result', async () => {
    const first = await ask([question]);
    assert.equal(at(sent(), 'tools.0.function.name'), 'get_weather');
    assert.equal(at(sent(), 'functions'), undefined);
    const [choice] = first.choices;
    assert.equal(choice?.finish_reason, 'function_call');
    assert.deepEqual(choice?.message.function_call, called);
    assert.equal(choice?.message.tool_calls, undefined);
    assert.equal(choice?.message.content, null);
    assert.equal(at(first, 'warnings'), undefined);

    provider.upstream.play({ text: '21 degrees it is' });
    const second = await ask([question, choice.message, result]);
    assert.equal(second.choices[0]?.message.content, '21 degrees it is');
    assert.equal(second.choices[0]?.finish_reason, 'stop');
    const [, call, answer] = sentMessages().filter(({ role }) => role !== 'system');
    assert.deepEqual(at(call, 'tool_calls.0.function'), called);
    assert.equal(at(answer, 'role'), 'tool');
    assert.equal(at(answer, 'content'), '21 degrees');
    assert.equal(at(answer, 'tool_call_id'), at(call, 'tool_calls.0.id'));
  });

  it('gets the call in a stream piece by piece', async () => {
    const stream = await client.chat.completions.create({
      model: agent,
      messages: [question],
      functions,
      stream: true,
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.function_call ?? []);
    assert.equal(calls[0]?.name, 'get_weather');
    assert.equal(calls.map((call) => call.arguments ?? '').join(''), called.arguments);
    assert.ok(calls.slice(1).every((call) => call.name === undefined));
    assert.ok(chunks.every((chunk) => chunk.choices[0]?.delta.tool_calls === undefined));
    assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, 'function_call');
  });

  it('forces, forbids and names a function as function_call says', async () => {
    await ask([question], { function_call: { name: 'get_weather' } });
    assert.deepEqual(at(sent(), 'tool_choice'), { type: 'function', function: { name: 'get_weather' } });
    provider.upstream.play({ text: 'No call' });
    await ask([question], { function_call: 'none' });
    assert.notEqual(at(sent(), 'tool_choice'), 'auto');
    const wrong: [Record<string, unknown>, string][] = [
      [{ function_call: { name: 'other' } }, 'function_call.name'],
      [{ functions: [], function_call: { name: 'get_weather' } }, 'function_call'],
      [{ tools: [{ type: 'function', function: functions[0] }] }, 'functions'],
      [{ tool_choice: 'auto' }, 'tool_choice'],
      [{ messages: [question, result] }, 'messages'],
      [{ messages: [question, { role: 'function', content: 'x' }] }, 'messages.1.name'],
    ];
    const before = provider.upstream.calls.length;
    for (const [more, param] of wrong) await assert.rejects(ask([question], more), { status: 400, param });
    assert.equal(provider.upstream.calls.length, before);
  });

  it('is told of function_call, not of tool_choice, where the model does not make the call that it demands', async () => {
    provider.upstream.play({ text: 'It rains' });
    await assert.rejects(ask([question], { function_call: { name: 'get_weather' } }), {
      code: 'tool_choice_not_honoured',
      param: 'function_call',
    });
    const tools = functions.map((definition) => ({ type: 'function' as const, function: definition }));
    const choice = { type: 'function' as const, function: { name: 'get_weather' } };
    await assert.rejects(
      client.chat.completions.create({ model: agent, messages: [question], tools, tool_choice: choice }),
      { code: 'tool_choice_not_honoured', param: 'tool_choice' },
    );
  });

  it('is told by a crew that its functions are not used', async () => {
    const { person, upstream } = provider;
    const crew = await person.call('POST', '/crews', {
      name: 'Desk',
      memory: false,
      agents: [{ role: 'Writer', goal: 'Write', model: 'openai/m' }],
      tasks: [{ name: 'draft', description: 'Answer: {message}', agent: 'Writer' }],
    });
    upstream.play({ text: 'Draft' });
    const reply = await ask([question], {
      model: crew.field('id'),
      function_call: { name: 'get_weather' },
    });
    assert.equal(reply.choices[0]?.message.content, 'Draft');
    const warnings = JSON.stringify(at(reply, 'warnings'));
    assert.match(warnings, /tools \(functions\) are not used/);
    assert.match(warnings, /tool_choice \(function_call\): not used/);
  });

  it('gets one call where the model makes two, and the conversation goes on', async () => {
    provider.upstream.play({
      toolCalls: [
        { id: 'call_1', ...called },
        { id: 'call_2', name: 'get_weather', arguments: '{"city":"Oslo"}' },
      ],
    });
    const first = await ask([question]);
    assert.deepEqual(first.choices[0]?.message.function_call, called);
    provider.upstream.play({ text: 'Warm' });
    const conversation_id = at(first, 'conversation_id');
    const second = await ask([result], { conversation_id });
    assert.equal(second.choices[0]?.message.content, 'Warm');
    const answers = sentMessages().filter(({ role }) => role === 'tool');
    assert.deepEqual(answers.map((answer) => answer.tool_call_id).sort(), ['call_1', 'call_2']);
    assert.equal(answers.find((answer) => answer.tool_call_id === 'call_1')?.content, '21 degrees');
  });

  it('that resends what is stored is known to go on with it', async () => {
    const first = await ask([question]);
    const conversation_id = at(first, 'conversation_id');
    const history: Message[] = [
      question,
      { role: 'assistant', content: null, function_call: called },
      result,
    ];
    provider.upstream.play({ text: 'Warm' });
    await ask(history, { conversation_id });
    provider.upstream.play({ text: 'You are welcome' });
    history.push({ role: 'assistant', content: 'Warm' }, { role: 'user', content: 'Thanks' });
    await ask(history, { conversation_id });
    const messages = sentMessages().filter(({ role }) => role !== 'system');
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant', 'tool', 'assistant', 'user'],
    );
    assert.equal(at(messages[1], 'tool_calls.0.id'), 'call_1');
  });
});
