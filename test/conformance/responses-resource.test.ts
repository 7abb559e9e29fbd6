import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { codeOf, type ResponsesApp, startResponsesApp, textOf } from './responses-app.ts';
import { assertResource } from './wire-schema.ts';

const TOOL = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather at a place',
  parameters: { type: 'object', properties: { location: { type: 'string' } } },
};

describe('a response', () => {
  let app: ResponsesApp;
  before(async () => {
    app = await startResponsesApp();
  });
  after(() => app.close());

  it('is one JSON resource with every field, its items of known types, no optional field null [resource.json] [resource.all-fields] [resource.closed-items] [resource.optional-absent]', async () => {
    const response = await app.create({ input: 'Say hello' });
    assertResource(response);
    assert.equal(response.status, 'completed');
    assert.match(response.id, /^resp_/);
    assert.equal(textOf(response), 'Sandbox: Say hello');
  });

  it('repeats its request, with defaults for what was not said [resource.echo]', async () => {
    const plain = await app.create({ input: 'Hi' });
    assert.deepEqual(
      [plain.temperature, plain.top_p, plain.tools, plain.tool_choice, plain.truncation, plain.store],
      [1, 1, [], 'auto', 'disabled', true],
    );
    const asked = {
      instructions: 'Be brief.',
      temperature: 0.5,
      top_p: 0.9,
      presence_penalty: 0.1,
      frequency_penalty: -0.1,
      max_output_tokens: 100,
      max_tool_calls: 3,
      parallel_tool_calls: false,
      truncation: 'auto',
      metadata: { topic: 'demo' },
      safety_identifier: 'somebody',
      prompt_cache_key: 'cache',
      tool_choice: 'none',
    };
    const response = await app.create({
      input: 'Hi',
      ...asked,
      tools: [TOOL],
      reasoning: { effort: 'low' },
      text: { verbosity: 'low', format: { type: 'json_schema', name: 'thing', schema: { type: 'object' } } },
    });
    assertResource(response);
    for (const [name, value] of Object.entries(asked)) assert.deepEqual(response[name], value, name);
    assert.deepEqual(response.tools, [{ ...TOOL, strict: null }]);
    assert.deepEqual(response.reasoning, { effort: 'low', summary: null });
    assert.deepEqual(response.text, {
      verbosity: 'low',
      format: { type: 'json_schema', name: 'thing', description: null, schema: null, strict: false },
    });
  });

  it('repeats allowed_tools with its mode [resource.echo]', async () => {
    const response = await app.create({
      input: '[[say nothing to do]]',
      tools: [TOOL],
      tool_choice: { type: 'allowed_tools', tools: [{ type: 'function', name: 'get_weather' }] },
    });
    assertResource(response);
    assert.deepEqual(response.tool_choice, {
      type: 'allowed_tools',
      mode: 'auto',
      tools: [{ type: 'function', name: 'get_weather' }],
    });
  });

  it('carries usage with its details when it has ended [resource.usage]', async () => {
    const { usage } = await app.create({ input: 'Count my tokens' });
    assert.ok(typeof usage === 'object' && usage !== null);
    const {
      input_tokens: input,
      output_tokens: output,
      total_tokens: total,
    } = usage as Record<string, number>;
    assert.ok(input && output);
    assert.equal(total, input + output);
  });

  it('is incomplete when it reaches max_output_tokens, and says why [request.max-output-tokens]', async () => {
    const response = await app.create({ input: `[[say ${'word '.repeat(60)}]]`, max_output_tokens: 16 });
    assertResource(response);
    assert.equal(response.status, 'incomplete');
    assert.deepEqual(response.incomplete_details, { reason: 'max_output_tokens' });
    assert.equal(response.output.at(-1)?.status, 'incomplete');
    assert.equal(response.completed_at, null);
  });

  it('keeps up to 16 pairs of metadata [request.metadata]', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`key${n}`, 'v'.repeat(512)]));
    const { id } = await app.create({ input: 'Hi', metadata });
    const stored = await app.get(`/responses/${id}`);
    assert.equal(stored.field('metadata.key15'), 'v'.repeat(512));
    for (const wrong of [
      { ...metadata, more: 'x' },
      { a: 'v'.repeat(513) },
      { a: 1 },
      { ['k'.repeat(65)]: 'x' },
    ]) {
      const refused = await app.post('/responses', { model: app.agent, input: 'Hi', metadata: wrong });
      assert.equal(refused.status, 400);
      assert.match(refused.field('error.param'), /^metadata/);
    }
  });

  it('holds instructions for itself only, after those of the agent [request.instructions]', async () => {
    const counted = async (body: Record<string, unknown>) =>
      Number(
        (await app.post('/responses/input_tokens', { model: app.agent, input: 'Hi', ...body })).text.match(
          /\d+/,
        )?.[0],
      );
    const plain = await counted({});
    assert.ok((await counted({ instructions: 'Speak like a pirate, always and everywhere.' })) > plain);
    const first = await app.create({
      input: 'Hi',
      instructions: 'Speak like a pirate, always and everywhere.',
    });
    const second = await app.create({ input: 'Hi', previous_response_id: first.id });
    assert.equal(second.instructions, null);
    const withoutPirate = await app.create({ input: 'Hi' });
    const next = await counted({ previous_response_id: first.id });
    assert.equal(next, await counted({ previous_response_id: withoutPirate.id }));
  });

  it('can be had by browsers: OPTIONS needs no key [client.cors]', async () => {
    const reply = await app.request('OPTIONS', '/api/agents/v1/responses', {
      headers: { origin: 'https://example.com', 'access-control-request-method': 'POST' },
    });
    assert.ok(reply.status < 300, `${reply.status}`);
    assert.equal(reply.headers.get('access-control-allow-origin'), '*');
    const shown = reply.headers.get('access-control-expose-headers')?.split(', ') ?? [];
    for (const name of ['retry-after', 'x-should-retry', 'x-request-id'])
      assert.ok(shown.includes(name), name);
  });

  it('refuses what cannot be had, with a reason, before anything is spent [request.refused-with-reason]', async () => {
    const cases: [Record<string, unknown>, string][] = [
      [{ top_logprobs: 5 }, 'top_logprobs'],
      [{ include: ['message.output_text.logprobs'] }, 'include.0'],
      [{ include: ['nobody.knows'] }, 'include.0'],
      [{ prompt: { id: 'pmpt_1' } }, 'prompt'],
      [{ context_management: [{ type: 'compaction' }] }, 'context_management'],
      [{ tools: [{ type: 'web_search' }] }, 'tools.0.type'],
      [{ conversation: 'conv_1', previous_response_id: 'resp_1' }, 'conversation'],
      [{ tool_choice: 'required' }, 'tool_choice'],
      [{ tool_choice: { type: 'function', name: 'nobody' } }, 'tool_choice.name'],
    ];
    for (const [body, field] of cases) {
      const reply = await app.post('/responses', { model: app.agent, input: 'Hi', ...body });
      assert.equal(reply.status, 400, JSON.stringify(body));
      assert.equal(reply.field('error.param'), field);
      assert.ok(reply.field('error.message').length > 20);
    }
  });

  it('lets fields through that nobody knows, with a warning [request.unknown-fields]', async () => {
    const response = await app.create({
      input: 'Hi',
      prompt_cache_retention: '24h',
      something: { new: true },
      temprature: 0.2,
    });
    assert.equal(response.status, 'completed');
    assert.deepEqual(response.warnings, [
      "'something' is not a field of this request and has no effect.",
      "'temprature' is not a field of this request and has no effect. Did you mean 'temperature'?",
    ]);
  });

  it('answers errors in one shape, code and param texts [error.shape]', async () => {
    const cases: [unknown, number, string][] = [
      [{ model: 'agent_nobody', input: 'Hi' }, 404, 'model_not_found'],
      [{ input: 'Hi' }, 400, 'validation_error'],
      [{ model: app.agent }, 400, 'validation_error'],
      ['{"model":', 400, 'invalid_json'],
      [{ model: app.agent, input: '[[fail 500]]' }, 502, 'upstream_unavailable'],
      [{ model: app.agent, input: '[[fail 401]]' }, 502, 'upstream_auth'],
    ];
    for (const [body, status, code] of cases) {
      const reply = await app.post('/responses', body);
      assert.equal(reply.status, status, reply.text);
      assert.equal(codeOf(reply), code);
      assert.equal(typeof reply.field('error.param'), 'string');
      assert.ok(reply.field('error.type'));
      assert.ok(reply.headers.get('x-request-id'));
    }
    assert.equal((await app.post('/responses', { model: app.agent, input: 'Hi' }, 'sk-wrong')).status, 401);
  });

  it('of another account is like none [error.foreign]', async () => {
    const mine = await app.create({ input: 'Secret' });
    const other = await app.addAccount();
    const { key } = await app.createKey(other);
    const agent = await app.createAgent(other);
    for (const path of [`/responses/${mine.id}`, `/responses/${mine.id}/input_items`]) {
      assert.equal(codeOf(await app.get(path, key)), 'response_not_found');
    }
    assert.equal(codeOf(await app.delete(`/responses/${mine.id}`, key)), 'response_not_found');
    assert.equal(codeOf(await app.post(`/responses/${mine.id}/cancel`, {}, key)), 'response_not_found');
    const reply = await app.post(
      '/responses',
      { model: agent, input: 'Hi', previous_response_id: mine.id },
      key,
    );
    assert.equal(codeOf(reply), 'previous_response_not_found');
    const reference = { model: agent, input: [{ type: 'item_reference', id: mine.output[0]?.id }] };
    assert.equal(codeOf(await app.post('/responses', reference, key)), 'item_not_found');
    assert.equal((await app.get(`/responses/${mine.id}`)).status, 200);
  });

  it('of an agent that a key may not use is like none to that key [error.foreign]', async () => {
    const mine = await app.create({ input: 'Secret' });
    const allowed = await app.createAgent(app.owner);
    const { key } = await app.createKey(app.owner, { agent_ids: [allowed] });
    assert.equal((await app.get(`/responses/${mine.id}`, key)).status, 404);
    const reply = await app.post(
      '/responses',
      { model: allowed, input: 'Hi', previous_response_id: mine.id },
      key,
    );
    assert.equal(codeOf(reply), 'previous_response_not_found');
  });
});
