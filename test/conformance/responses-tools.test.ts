import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { at } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { codeOf, type ResponsesApp, resourceOf, startResponsesApp, textOf } from './responses-app.ts';
import { assertResource } from './wire-schema.ts';

const tool = (name: string) => ({ type: 'function', name, parameters: { type: 'object', properties: {} } });
const types = ({ output }: { readonly output: readonly { readonly type: string }[] }) =>
  output.map(({ type }) => type);

describe('tools of a response', () => {
  let upstream: ScriptedUpstream;
  let app: ResponsesApp;
  before(async () => {
    upstream = await startScriptedUpstream({ text: 'ok' });
    app = await startResponsesApp(
      { tools: ['calculator', 'current_time'] },
      { OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream' },
    );
    await app.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 0,
      output_usd_per_million: 0,
    });
  });
  after(async () => {
    await app.close();
    await upstream.close();
  });

  it("of the caller's are handed over and answered in the next response [tools.function-call]", async () => {
    const asked = await app.create({
      input: '[[call get_weather {"location":"Paris"}]] ok',
      tools: [tool('get_weather')],
    });
    assertResource(asked);
    const [call] = asked.output;
    assert.equal(call?.type, 'function_call');
    assert.deepEqual(JSON.parse(call?.arguments ?? ''), { location: 'Paris' });
    const answered = await app.create({
      previous_response_id: asked.id,
      input: [{ type: 'function_call_output', call_id: call?.call_id, output: '12 degrees' }],
      tools: [tool('get_weather')],
    });
    assert.deepEqual(types(answered), ['message']);
  });

  it('of the server are never function calls, and shown as muster:tool_call to who asks [tools.server-hidden] [tools.server-steps]', async () => {
    const input = '[[call calculator {"expression":"6*7"}]] [[say forty-two]]';
    const plain = await app.create({ input });
    assertResource(plain);
    assert.deepEqual(types(plain), ['message']);
    const { events, text } = await app.stream({ input });
    assert.ok(!text.includes('muster:') && !text.includes('function_call'));
    assert.ok(events.length > 0);
    const shown = await app.create({ input, include: ['muster.steps'] });
    const [step] = shown.output;
    assert.deepEqual(
      [step?.type, step?.status, step?.name, step?.output],
      ['muster:tool_call', 'completed', 'calculator', '42'],
    );
    assert.ok(step?.id && step.call_id);
  });

  it('that the server ran are taken back as input [tools.round-trip]', async () => {
    const { output } = await app.create({
      input: '[[call calculator {"expression":"6*7"}]] ok',
      include: ['muster.steps'],
    });
    const again = await app.create({
      store: false,
      input: [
        { role: 'user', content: 'What is 6*7?' },
        ...output,
        { role: 'user', content: '[[say thanks]]' },
      ],
    });
    assert.equal(textOf(again), 'thanks');
  });

  it('are not called with tool_choice none, whatever the model writes [tools.choice-none]', async () => {
    const body = { tools: [tool('look')], tool_choice: 'none' };
    assert.deepEqual(types(await app.create({ input: '[[call look {}]] well', ...body })), ['message']);
    const agent = await app.createAgent(app.owner, { model: 'openai/m' });
    upstream.play(({ body: sent }) =>
      JSON.stringify(sent.messages).includes('No tool may be called')
        ? { text: 'without then' }
        : { toolCalls: [{ name: 'look', arguments: '{}' }], finishReason: 'tool_calls' },
    );
    const stubborn = await app.create({ model: agent, input: 'Hi', ...body });
    assert.deepEqual(types(stubborn), ['message']);
    assert.equal(textOf(stubborn), 'without then');
  });

  it('are called with tool_choice required, or the response fails [tools.choice-required]', async () => {
    const body = { input: 'Hi', tools: [tool('look')], tool_choice: 'required' };
    const plain = await app.createAgent(app.owner);
    assert.deepEqual(types(await app.create({ ...body, model: plain })), ['function_call']);
    const agent = await app.createAgent(app.owner, { model: 'openai/m' });
    upstream.play({ text: 'I would rather not' });
    const failed = await app.post('/responses', { ...body, model: agent });
    assert.equal(failed.status, 502);
    assert.equal(codeOf(failed), 'tool_choice_not_honoured');
  });

  it('of one name are called when the choice names it [tools.choice-function]', async () => {
    const body = { input: 'Hi', tools: [tool('look'), tool('listen')] };
    const { output } = await app.create({ ...body, tool_choice: { type: 'function', name: 'listen' } });
    assert.deepEqual(
      output.map(({ name }) => name),
      ['listen'],
    );
  });

  it('outside allowed_tools are never handed over or run, though all are shown to the model [tools.allowed]', async () => {
    const agent = await app.createAgent(app.owner, { model: 'openai/m', tools: ['calculator'] });
    upstream.play(({ body }) => {
      const said = JSON.stringify(body.messages);
      if (said.includes('may not be called')) return { text: 'as you wish' };
      const name = said.includes('server') ? 'calculator' : 'forbidden';
      return { toolCalls: [{ name, arguments: '{"expression":"1+1"}' }], finishReason: 'tool_calls' };
    });
    const allowed = { type: 'allowed_tools', tools: [{ type: 'function', name: 'look' }] };
    for (const input of ['the client one', 'the server one']) {
      const body = { model: agent, input, tools: [tool('look'), tool('forbidden')], tool_choice: allowed };
      const json = await app.create(body);
      assert.deepEqual(types(json), ['message']);
      assert.equal(textOf(json), 'as you wish');
      const { text } = await app.stream(body);
      assert.ok(!text.includes('"function_call"'));
      const offered = upstream.calls.at(-1)?.body.tools;
      assert.ok(JSON.stringify(offered).includes('forbidden'));
    }
    assert.deepEqual(
      types(await app.create({ input: '[[call look {}]]', tools: [tool('look')], tool_choice: allowed })),
      ['function_call'],
    );
  });

  it('that are demanded out of allowed_tools are called, or the response fails [tools.allowed]', async () => {
    const agent = await app.createAgent(app.owner, { model: 'openai/m', tools: [] });
    const demand = (...names: string[]) => ({
      ...{ model: agent, input: 'Hi', tools: ['look', 'listen', 'forbidden'].map(tool) },
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: names.map((name) => ({ name })) },
    });
    const makes = (name: string) => ({
      toolCalls: [{ name, arguments: '{}' }],
      finishReason: 'tool_calls',
    });
    upstream.play(() => makes('look'));
    assert.deepEqual(types(await app.create(demand('look'))), ['function_call']);
    const named = upstream.calls.at(-1)?.body.tool_choice;
    assert.deepEqual(named, { type: 'function', function: { name: 'look' } });

    const said = (body: unknown) => JSON.stringify(at(body, 'messages'));
    upstream.play(({ body }) =>
      said(body).includes('may not be called') ? makes('listen') : makes('forbidden'),
    );
    const { output } = await app.create(demand('look', 'listen'));
    assert.deepEqual(
      output.map(({ name }) => name),
      ['listen'],
    );
    assert.equal(upstream.calls.at(-1)?.body.tool_choice, 'required');

    upstream.play(({ body }) =>
      said(body).includes('may not be called') ? { text: 'No' } : makes('forbidden'),
    );
    const failed = await app.post('/responses', demand('look', 'listen'));
    assert.equal(codeOf(failed), 'tool_choice_not_honoured');
  });

  it('that are demanded out of allowed_tools are among those shown, or it is a 400 before any call [tools.allowed]', async () => {
    const agent = await app.createAgent(app.owner, { model: 'openai/m', tools: ['calculator'] });
    const ask = (mode: string, names: readonly string[]) => ({
      ...{ model: agent, input: 'Hi', tools: [tool('look')] },
      tool_choice: { type: 'allowed_tools', mode, tools: names.map((name) => ({ name })) },
    });
    upstream.play({ text: 'an answer' });
    const before = upstream.calls.length;
    for (const stream of [false, true]) {
      const refused = await app.post('/responses', { ...ask('required', ['knowledge_search']), stream });
      assert.equal(refused.status, 400, refused.text);
      assert.equal(refused.field('error.param'), 'tool_choice');
      assert.match(refused.field('error.message'), /knowledge_search .*calculator, look/);
    }
    assert.equal(upstream.calls.length, before);

    assert.equal(textOf(await app.create(ask('auto', ['knowledge_search']))), 'an answer');

    upstream.play({ toolCalls: [{ name: 'look', arguments: '{}' }], finishReason: 'tool_calls' });
    const called = await app.create(ask('required', ['knowledge_search', 'look']));
    assert.deepEqual(types(called), ['function_call']);
    const named = upstream.calls.at(-1)?.body.tool_choice;
    assert.deepEqual(named, { type: 'function', function: { name: 'look' } });
  });

  it('that the server would have to call are not demanded where its first call is its last [tools.choice-function]', async () => {
    const one = await app.createAgent(app.owner, { model: 'openai/m', tools: ['calculator'], max_steps: 1 });
    upstream.play({ toolCalls: [{ name: 'look', arguments: '{}' }], finishReason: 'tool_calls' });
    const before = upstream.calls.length;
    const calculator = { type: 'function', name: 'calculator' };
    const among = { type: 'allowed_tools', mode: 'required', tools: [calculator] };
    for (const fields of [
      { tool_choice: calculator },
      { tool_choice: calculator, tools: [tool('look')] },
      { tool_choice: among, tools: [tool('look')] },
      { tool_choice: 'required' },
    ]) {
      for (const stream of [false, true]) {
        const refused = await app.post('/responses', { model: one, input: 'Hi', stream, ...fields });
        assert.equal(refused.status, 400, refused.text);
        assert.equal(refused.field('error.param'), 'tool_choice');
        assert.match(refused.field('error.message'), /max_steps is 1.*max_steps of 2 or more/);
      }
    }
    assert.equal(upstream.calls.length, before, 'nothing is spent');
    const mixed = await app.create({
      model: one,
      input: 'Hi',
      tools: [tool('look')],
      tool_choice: 'required',
    });
    assert.deepEqual(types(mixed), ['function_call']);
    await app.owner.call('PATCH', `/agents/${one}`, { max_steps: 2 });
    upstream.play(({ body }) =>
      JSON.stringify(body).includes('"role":"tool"')
        ? { text: 'It is 42' }
        : { toolCalls: [{ name: 'calculator', arguments: '{"expression":"6*7"}' }] },
    );
    assert.equal(textOf(await app.create({ model: one, input: 'Hi', tool_choice: calculator })), 'It is 42');
  });

  it('are called no more often than max_tool_calls [tools.max-calls]', async () => {
    const input =
      '[[parallel calculator {"expression":"1+1"}; calculator {"expression":"2+2"}; calculator {"expression":"3+3"}]] done';
    const steps = await app.create({ input, include: ['muster.steps'], max_tool_calls: 2 });
    const ran = steps.output.filter(({ type }) => type === 'muster:tool_call');
    assert.deepEqual(
      ran.map(({ status }) => status),
      ['completed', 'completed', 'failed'],
    );
    const clients = await app.create({
      input: '[[parallel look {}; look {"n":2}]]',
      tools: [tool('look')],
      max_tool_calls: 1,
    });
    assert.deepEqual(types(clients), ['function_call']);
  });

  it("of a mixed batch: the server's run, the caller's are handed over last [tools.mixed]", async () => {
    const asked = await app.create({
      input: '[[parallel calculator {"expression":"6*7"}; look {}]] [[say all done]]',
      tools: [tool('look')],
      include: ['muster.steps'],
    });
    assert.deepEqual(new Set(types(asked)), new Set(['muster:tool_call', 'function_call']));
    const call = asked.output.find(({ type }) => type === 'function_call');
    const step = asked.output.find(({ type }) => type === 'muster:tool_call');
    assert.equal(step?.output, '42');
    const answered = await app.create({
      previous_response_id: asked.id,
      input: [{ type: 'function_call_output', call_id: call?.call_id, output: 'seen' }],
      tools: [tool('look')],
    });
    assert.equal(answered.status, 'completed');
  });

  it('in a namespace keep it: in the call, its stream, the stored response, and when sent back [tools.namespace]', async () => {
    const agent = await app.createAgent(app.owner, { model: 'openai/m' });
    const tools = [
      { type: 'function', name: 'exec', parameters: { type: 'object', properties: {} }, strict: false },
      {
        type: 'namespace',
        name: 'team',
        description: 'Works with helpers.',
        tools: [{ ...tool('spawn'), description: 'Starts one.', strict: false }, tool('a'.repeat(64))],
      },
    ];
    upstream.play(({ body }) => {
      const names = [at(body, 'tools.1.function.name'), at(body, 'tools.2.function.name')];
      return body.messages && JSON.stringify(body.messages).includes('tool_call_id')
        ? { text: 'All there.' }
        : { toolCalls: names.map((name) => ({ name: String(name), arguments: '{}', id: `c_${name}` })) };
    });
    const input = [{ role: 'user', content: 'Go' }];
    const { events } = await app.stream({ model: agent, input, tools });
    const told = events.at(-1)?.response;
    const calls = told?.output.filter(({ type }) => type === 'function_call') ?? [];
    const known = calls.map(({ name, namespace }) => [namespace, name]);
    assert.deepEqual(known, [
      ['team', 'spawn'],
      ['team', 'a'.repeat(64)],
    ]);
    const done = events.flatMap(({ type, item }) =>
      type === 'response.output_item.done' && item?.type === 'function_call' ? [item] : [],
    );
    assert.deepEqual(done, calls);
    assert.deepEqual((await app.get(`/responses/${told?.id}`)).body, told);
    const asked = upstream.calls.at(-1)?.body;
    assert.equal(at(asked, 'tools.1.function.name'), 'team__spawn');
    assert.equal(at(asked, 'tools.1.function.description'), 'About team: Works with helpers.\n\nStarts one.');
    assert.match(String(at(asked, 'tools.2.function.name')), /^team__a+_[0-9a-f]{8}$/);
    assert.equal(String(at(asked, 'tools.2.function.name')).length, 64);

    const outputs = calls.map(({ call_id }) => ({ type: 'function_call_output', call_id, output: 'done' }));
    for (const rest of [
      { previous_response_id: told?.id, input: outputs },
      { store: false, input: [...input, ...calls, ...outputs] },
    ]) {
      assert.equal(textOf(await app.create({ model: agent, tools, ...rest })), 'All there.');
      const names = JSON.stringify(at(upstream.calls.at(-1)?.body, 'messages')).match(/"team__\w+"/g);
      assert.equal(names?.length, 2, 'the model is shown its calls by the names that it knows');
    }
  });

  it('in a namespace are refused by their place when something is wrong with them [tools.namespace]', async () => {
    const wrong: [unknown[], string][] = [
      [[{ type: 'namespace', name: 'team' }], 'tools.0.tools'],
      [[{ type: 'namespace', name: 'no name', tools: [tool('a')] }], 'tools.0.name'],
      [[{ type: 'namespace', name: 'team', tools: [tool('a'), tool('')] }], 'tools.0.tools.1.name'],
      [[{ type: 'namespace', name: 'team', tools: [{ type: 'custom', name: 'a' }] }], 'tools.0.tools.0.type'],
      [[tool('team__a'), { type: 'namespace', name: 'team', tools: [tool('a')] }], 'tools.1.tools.0.name'],
    ];
    for (const [tools, field] of wrong) {
      const reply = await app.post('/responses', { model: app.agent, input: 'Hi', tools });
      assert.equal(reply.status, 400, reply.text);
      assert.equal(reply.field('error.param'), field);
    }
  });

  it('beside a web_search that the agent does not have are offered without it, with a warning [tools.web-search]', async () => {
    const search = { type: 'web_search', external_web_access: false };
    for (const background of [false, true]) {
      const body = { input: '[[call look {}]]', tools: [tool('look'), search], background };
      const made = await app.create(body);
      const ended = await until(
        'the response to end',
        async () => resourceOf(await app.get(`/responses/${made.id}`)),
        ({ status }) => status === 'completed',
      );
      assert.deepEqual(types(ended), ['function_call']);
      assert.deepEqual(ended.warnings, [
        'tools.1 was left out: the agent has no web_search. Tools that run on the server are set up on it.',
      ]);
    }
    const searching = await app.createAgent(app.owner, { tools: ['web_search'] });
    const found = await app.create({ model: searching, input: 'Hi', tools: [search] });
    assert.equal(found.warnings, undefined);
    const demanded = { model: app.agent, input: 'Hi', tools: [tool('look'), search] };
    const reply = await app.post('/responses', { ...demanded, tool_choice: { type: 'web_search' } });
    assert.equal(reply.field('error.param'), 'tool_choice.type');
  });

  it("named like one of the agent's own are refused [tools.name-clash]", async () => {
    const reply = await app.post('/responses', {
      model: app.agent,
      input: 'Hi',
      tools: [tool('calculator')],
    });
    assert.equal(reply.status, 400);
    assert.equal(reply.field('error.param'), 'tools.0.name');
  });

  it('that may have changed something forbid the client to retry [error.should-retry]', async () => {
    const agent = await app.createAgent(app.owner, { model: 'openai/m', tools: ['http_request'] });
    upstream.play(({ body }) =>
      JSON.stringify(body.messages).includes('tool_call_id')
        ? { status: 503, error: { message: 'down' } }
        : {
            toolCalls: [
              { name: 'http_request', arguments: '{"url":"https://example.com/","method":"POST"}' },
            ],
            finishReason: 'tool_calls',
          },
    );
    const acted = await app.post('/responses', { model: agent, input: 'Do it' });
    assert.ok(acted.status >= 500);
    assert.equal(acted.headers.get('x-should-retry'), 'false');
    const chat = { model: agent, messages: [{ role: 'user', content: 'Do it' }] };
    assert.equal((await app.post('/chat/completions', chat)).headers.get('x-should-retry'), 'false');
    const { events } = await app.stream({ model: agent, input: 'Do it' });
    assert.deepEqual(at(events.at(-2), 'error.headers'), { 'x-should-retry': 'false' });
    upstream.play({ status: 503, error: { message: 'down' } });
    for (const [path, body] of Object.entries({
      '/responses': { model: agent, input: 'Hi' },
      '/chat/completions': chat,
    })) {
      const harmless = await app.post(path, body);
      assert.ok(harmless.status >= 500);
      assert.equal(harmless.headers.get('x-should-retry'), null);
    }
  });
});

describe('the format of a response', () => {
  let upstream: ScriptedUpstream;
  let app: ResponsesApp;
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name', 'age'],
    additionalProperties: false,
  };
  const text = { format: { type: 'json_schema', name: 'person', schema, strict: true } };
  before(async () => {
    upstream = await startScriptedUpstream({ text: 'ok' });
    app = await startResponsesApp({}, { OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream' });
    await app.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 0,
      output_usd_per_million: 0,
    });
  });
  after(async () => {
    await app.close();
    await upstream.close();
  });

  it('is what the schema says [format.json-schema]', async () => {
    const person = JSON.parse(textOf(await app.create({ input: 'A person', text })));
    assert.deepEqual(Object.keys(person).sort(), ['age', 'name']);
    const any = await app.create({ input: 'Anything', text: { format: { type: 'json_schema' } } });
    assert.equal(typeof JSON.parse(textOf(any)), 'object');
  });

  it('is asked for once more with what is wrong, and only the mended answer counts [format.repair]', async () => {
    const agent = await app.createAgent(app.owner, { model: 'openai/m' });
    const good = '{"name":"Ada","age":36}';
    upstream.play(({ body }) => ({
      text: JSON.stringify(body.messages).includes('does not fit') ? good : '{"name":"Ada"}',
    }));
    const json = await app.create({ model: agent, input: 'A person', text });
    assert.equal(json.output.length, 1);
    assert.equal(textOf(json), good);
    const { events } = await app.stream({ model: agent, input: 'A person', text });
    const output = events.at(-1)?.response?.output ?? [];
    assert.deepEqual(
      output.map(({ phase, content }) => [phase, content?.[0]?.text]),
      [
        ['commentary', '{"name":"Ada"}'],
        ['final_answer', good],
      ],
    );
  });

  it('that is missed twice fails the response [format.repair]', async () => {
    const agent = await app.createAgent(app.owner, { model: 'openai/m' });
    upstream.play({ text: 'no JSON at all' });
    const calls = upstream.calls.length;
    const failed = await app.post('/responses', { model: agent, input: 'A person', text });
    assert.equal(failed.status, 502);
    assert.equal(codeOf(failed), 'output_schema_mismatch');
    assert.equal(failed.headers.get('x-should-retry'), 'false');
    assert.equal(upstream.calls.length - calls, 2);
  });
});
