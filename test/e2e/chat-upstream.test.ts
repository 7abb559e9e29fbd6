import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { ScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { at, type Person, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { CALL_USD, overProvider, USAGE } from './over-provider.ts';

describe('chat over a provider, and its bill', () => {
  const provider = overProvider();
  const { billing } = provider;
  let upstream: ScriptedUpstream;
  let test: TestApp;
  let person: Person;
  let agent: string;
  let key: string;

  beforeEach(async () => {
    ({ upstream, test, person } = provider);
    agent = await test.createAgent(person, { model: 'openai/m' });
    ({ key } = await test.createKey(person));
    upstream.play({ text: 'Hello from upstream', usage: USAGE });
  });
  const post = (body: Record<string, unknown> = {}, token = key) =>
    test.request('POST', '/api/agents/v1/chat/completions', {
      token,
      body: { model: agent, messages: [{ role: 'user', content: 'Hi' }], ...body },
    });
  async function usageRows(): Promise<unknown[]> {
    const rows = at((await person.call('GET', '/usage')).body, 'usage');
    return Array.isArray(rows) ? rows : [];
  }
  const frames = (text: string): string[] =>
    text
      .split('\n\n')
      .filter((frame) => frame.startsWith('data: '))
      .map((frame) => frame.slice(6));

  it('bills exactly the tokens that the provider counted, once, and says so in reply and log', async () => {
    const reply = await post();
    assert.equal(at(reply.body, 'choices.0.message.content'), 'Hello from upstream');
    assert.equal(at(reply.body, 'usage.cost_usd'), CALL_USD);
    const [row] = await usageRows();
    assert.equal(at(row, 'cost_usd'), CALL_USD);
    assert.deepEqual(
      [at(row, 'input_tokens'), at(row, 'output_tokens'), at(row, 'estimated')],
      [1000, 500, false],
    );
    assert.equal((await billing()).balance, 10 - CALL_USD);
  });

  it('refuses a demand for allowed tools that are not there before anything is spent, in a stream too', async () => {
    const named = (name: string) => ({ type: 'function', function: { name } });
    const before = upstream.calls.length;
    const tool_choice = {
      type: 'allowed_tools',
      allowed_tools: { mode: 'required', tools: [named('knowledge_search')] },
    };
    for (const stream of [true, false]) {
      const refused = await post({ stream, tools: [named('look')], tool_choice });
      assert.equal(refused.status, 400, refused.text);
      assert.equal(refused.field('error.param'), 'tool_choice');
    }
    assert.equal(upstream.calls.length, before);
    assert.deepEqual(await usageRows(), []);
  });

  it('bills cached tokens at their own price', async () => {
    await test.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 1,
      cached_input_usd_per_million: 0.1,
      output_usd_per_million: 2,
    });
    upstream.play({ text: 'x', usage: { ...USAGE, prompt_tokens_details: { cached_tokens: 800 } } });
    const reply = await post();
    assert.equal(at(reply.body, 'usage.prompt_tokens_details.cached_tokens'), 800);
    assert.equal(at(reply.body, 'usage.cost_usd'), 0.00128);
  });

  it('streams what the provider streams, and bills the same', async () => {
    upstream.play({ text: 'one two three', chunks: 3, reasoning: 'hmm', usage: USAGE });
    const reply = await post({ stream: true, stream_options: { include_usage: true } });
    const events = frames(reply.text);
    assert.equal(events.at(-1), '[DONE]');
    const chunks = events.slice(0, -1).map((text) => JSON.parse(text));
    assert.equal(chunks.map((chunk) => at(chunk, 'choices.0.delta.content') ?? '').join(''), 'one two three');
    assert.equal(chunks.map((chunk) => at(chunk, 'choices.0.delta.reasoning') ?? '').join(''), 'hmm');
    assert.equal(at(chunks.at(-1), 'usage.cost_usd'), CALL_USD);
  });

  it('refuses with 402 before anything is spent, streams too', async () => {
    await test.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 1,
      output_usd_per_million: 1_000_000,
    });
    const calls = upstream.calls.length;
    for (const stream of [false, true]) {
      const reply = await post({ stream, max_tokens: 100 });
      assert.equal(reply.status, 402);
      assert.equal(reply.field('error.code'), 'insufficient_credit');
    }
    assert.equal(upstream.calls.length, calls);
    assert.deepEqual(await usageRows(), []);
  });

  it('spends no more than there is, however many ask at once', async () => {
    await test.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 0,
      output_usd_per_million: 60_000,
    });
    upstream.play({ text: 'x', usage: { prompt_tokens: 1, completion_tokens: 100, total_tokens: 101 } });
    const replies = await Promise.all(Array.from({ length: 200 }, () => post({ max_tokens: 100 })));
    const statuses = replies.map((reply) => reply.status);
    assert.equal(statuses.filter((status) => status === 200).length, 1, 'the credit is for one call of $6');
    assert.equal(statuses.filter((status) => status === 402).length, 199);
    assert.equal((await billing()).balance, 4);
  });

  it('keeps a key within its daily cap', async () => {
    await test.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 0,
      output_usd_per_million: 1000,
    });
    const capped = await test.createKey(person, { daily_limit_usd: 0.25 });
    upstream.play({ text: 'x', usage: { prompt_tokens: 1, completion_tokens: 100, total_tokens: 101 } });
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => post({ max_tokens: 100 }, capped.key)),
    );
    assert.equal(replies.filter((reply) => reply.status === 200).length, 2);
    const refused = replies.find((reply) => reply.status === 429);
    assert.equal(refused?.field('error.code'), 'api_key_daily_limit_reached');
    const wait = Number(refused?.headers.get('retry-after'));
    assert.ok(wait > 0);
    // An SDK that does not wait for so long would only try in vain.
    assert.equal(refused?.headers.get('x-should-retry'), wait > 60 ? 'false' : null);
    assert.equal((await post({ max_tokens: 10 })).status, 200, 'other keys of the account are free');
    const listed = await person.call('GET', '/agent-keys?capped=true&limit=1');
    assert.partialDeepStrictEqual(at(listed.body, 'keys.0'), {
      ...{ id: capped.id, daily_spent_usd: 0.2, daily_left_usd: 0.05 },
      ...{ monthly_spent_usd: 0.2, monthly_left_usd: null },
    });
  });

  it('keeps an agent within its daily and monthly caps, whoever calls it and however many at once', async () => {
    for (const [field, code] of [
      ['daily_limit_usd', 'agent_daily_limit_reached'],
      ['monthly_limit_usd', 'agent_monthly_limit_reached'],
    ] as const) {
      upstream.play({ text: 'Hello', usage: USAGE });
      // Room for two calls, while each sets aside more than it will cost.
      const fields = { model: 'openai/m', [field]: 0.0061, max_output_tokens: 1_000 };
      const capped = await test.createAgent(person, fields);
      const ask = (token: string) => post({ model: capped }, token);
      const other = await test.createKey(person);
      const tokens = [key, other.key, person.token, key, key, key];
      const replies = await Promise.all(tokens.map(ask));
      const all = [...replies, await ask(key), await ask(other.key), await ask(person.token)];
      const answered = all.filter(({ status }) => status === 200);
      assert.ok(answered.length >= 2 && answered.length <= 3, `${answered.length} answered`);
      const spent = answered.reduce((sum, reply) => sum + Number(at(reply.body, 'usage.cost_usd')), 0);
      assert.ok(spent <= 0.0061, `${spent} spent`);
      const listed = await person.call('GET', '/agents?capped=true&limit=1');
      assert.partialDeepStrictEqual(at(listed.body, 'agents.0'), {
        id: capped,
        [field]: 0.0061,
        daily_spent_usd: Number(spent.toFixed(9)),
        monthly_spent_usd: Number(spent.toFixed(9)),
      });
      for (const reply of all.filter(({ status }) => status !== 200)) {
        assert.equal(reply.status, 429, reply.text);
        assert.equal(reply.field('error.code'), code);
        assert.ok(Number(reply.headers.get('retry-after')) > 0);
      }
      assert.equal((await post()).status, 200, 'another agent has no such cap');
      await person.call('PATCH', `/agents/${capped}`, { [field]: null });
      assert.equal((await ask(key)).status, 200);
      const wrong = await person.call('PATCH', `/agents/${capped}`, { [field]: 0 });
      assert.equal(wrong.status, 400);
      assert.equal(wrong.field('error.details.field'), field);
    }
  });

  it("cuts an answer short before it would cost more than the agent's max_cost_usd", async () => {
    await test.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 0,
      output_usd_per_million: 1000,
    });
    const thrifty = await test.createAgent(person, { model: 'openai/m', max_cost_usd: 0.05 });
    await post({ model: thrifty });
    assert.equal(upstream.calls.at(-1)?.body.max_tokens, 50);
    const tooDear = await test.createAgent(person, { model: 'openai/m', max_cost_usd: 0.001 });
    const calls = upstream.calls.length;
    const reply = await post({ model: tooDear });
    assert.equal(at(reply.body, 'choices.0.finish_reason'), 'length');
    assert.match(reply.text, /max_cost_usd/);
    assert.equal(upstream.calls.length, calls);
  });

  it('refuses a model without a price, and takes 0 for one', async () => {
    const unpriced = await test.createAgent(person, { model: 'openai/never-heard-of' });
    assert.equal((await post({ model: unpriced })).field('error.code'), 'model_without_price');
    await test.owner.call('PUT', '/models/openai%2Fnever-heard-of/price', {
      input_usd_per_million: 0,
      output_usd_per_million: 0,
    });
    const reply = await post({ model: unpriced });
    assert.equal(reply.status, 200);
    assert.equal(at(reply.body, 'usage.cost_usd'), 0);
  });

  it('estimates what a provider does not count, and clamps what it counts absurdly', async () => {
    upstream.play({ text: 'Hello', usage: null });
    const missing = await post();
    assert.equal(at(missing.body, 'usage.estimated'), true);
    assert.ok(Number(at(missing.body, 'usage.cost_usd')) > 0);
    upstream.play({ text: 'Hello', usage: { prompt_tokens: -5, completion_tokens: 1e18, total_tokens: 0 } });
    const absurd = await post({ max_tokens: 100 });
    assert.equal(absurd.status, 200);
    assert.ok(Number(at(absurd.body, 'usage.cost_usd')) < 0.001);
  });

  it('bills what the provider counted also where that is more than was set aside, as far as the credit goes', async () => {
    upstream.play({
      text: 'x',
      usage: { prompt_tokens: 100_000, completion_tokens: 5, total_tokens: 100_005 },
    });
    const more = await post({ max_tokens: 10 });
    assert.equal(at(more.body, 'usage.cost_usd'), 0.10001);
    assert.equal(at(more.body, 'usage.estimated'), undefined);
    await test.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 200,
      output_usd_per_million: 2,
    });
    const tooMuch = await post({ max_tokens: 10 });
    assert.equal(tooMuch.status, 200);
    assert.equal(at(tooMuch.body, 'usage.estimated'), true, 'the row must not pass for an exact one');
  });

  it('holds whole answers to the schema and the tool choice that were asked for', async () => {
    const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
    const format = {
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema, strict: true } },
    };
    const first = upstream.calls.length;
    upstream.play((call) => ({ text: call.number === first ? 'no json' : '{"a":1}', usage: USAGE }));
    const mended = await post(format);
    assert.equal(at(mended.body, 'choices.0.message.content'), '{"a":1}');
    upstream.play({ text: 'no json', usage: USAGE });
    const missed = await post(format);
    assert.equal(missed.field('error.code'), 'output_schema_mismatch');
    assert.equal(missed.headers.get('x-should-retry'), 'false', 'the SDKs would pay for it again');
    const calls = upstream.calls.length;
    const broken = { type: 'json_schema', json_schema: { name: 'x', schema: { pattern: '(' } } };
    for (const stream of [false, true]) {
      const refused = await post({ response_format: broken, stream });
      assert.equal(refused.status, 400);
      assert.equal(refused.field('error.param'), 'response_format.json_schema.schema');
    }
    assert.equal(upstream.calls.length, calls, 'nothing is paid for');
    const older = {
      type: 'object',
      properties: {
        pair: { type: 'array', items: [{ type: 'string' }, { type: 'number' }], minItems: 2 },
        year: { type: 'string', pattern: '(?i)(?P<year>\\d{4})' },
      },
    };
    upstream.play({ text: '{"pair":["a",1]}', usage: USAGE });
    const taken = await post({
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: older } },
    });
    assert.equal(taken.status, 200, taken.text);
    assert.equal(upstream.calls.length, calls + 1, 'the answer fits at once');
    assert.ok(JSON.stringify(upstream.calls.at(-1)?.body).includes('(?i)(?P<year>'), 'told as it was sent');
  });

  it("turns a provider's failures into one clear error each, and never shows its key", async () => {
    const cases: [Parameters<ScriptedUpstream['play']>[0], number, string, number][] = [
      [{ status: 401, error: { message: 'bad key sk-upstream-secret' } }, 502, 'upstream_auth', 1],
      [{ status: 403, error: { message: 'no' } }, 502, 'upstream_auth', 1],
      [
        { status: 400, error: { message: 'bad', code: 'context_length_exceeded' } },
        400,
        'context_length_exceeded',
        1,
      ],
      [{ status: 422, error: { message: 'bad' } }, 400, 'upstream_bad_request', 1],
      [{ status: 500, error: { message: 'oops' } }, 502, 'upstream_unavailable', 3],
      [{ status: 200, rawBody: '<html>nope</html>' }, 502, 'upstream_garbage', 1],
    ];
    for (const [plan, status, code, attempts] of cases) {
      upstream.play(plan);
      const calls = upstream.calls.length;
      const reply = await post();
      assert.equal(reply.status, status, reply.text);
      assert.equal(reply.field('error.code'), code);
      assert.doesNotMatch(reply.text, /upstream-secret/);
      assert.equal(upstream.calls.length - calls, attempts, code);
    }
  });

  it('retries a busy provider before the first byte, and answers when that helps', async () => {
    const first = upstream.calls.length;
    upstream.play((call) =>
      call.number - first < 2
        ? { status: 503, error: { message: 'busy' } }
        : { text: 'At last', usage: USAGE },
    );
    const reply = await post({ stream: true });
    assert.equal(reply.status, 200);
    assert.match(reply.text, /\[DONE\]/);
    assert.equal((await usageRows()).length, 1);
  });

  it('ends a stream that breaks with an error frame, no [DONE], and bills what came', async () => {
    for (const ending of ['truncated', 'reset'] as const) {
      // With a gap, because a reset throws away what the network has not handed over yet.
      upstream.play({
        text: 'one two three four five six',
        chunks: 6,
        gapMs: 5,
        ending,
        after: 4,
        usage: null,
      });
      const reply = await post({ stream: true });
      assert.equal(reply.status, 200);
      const events = frames(reply.text);
      assert.equal(at(JSON.parse(events.at(-1) ?? ''), 'error.code'), 'upstream_cut');
      assert.ok(!events.includes('[DONE]'));
      assert.ok(!events.slice(0, -1).some((event) => event.includes('"error"')));
    }
    const rows = await usageRows();
    assert.equal(rows.length, 2);
    assert.ok(rows.every((row) => at(row, 'estimated') === true && Number(at(row, 'cost_usd')) > 0));
  });

  it('keeps a broken answer in its conversation', async () => {
    upstream.play({ text: 'one two three', chunks: 3, ending: 'truncated', after: 3, usage: null });
    const broken = await post({ stream: true });
    const conversation = at(JSON.parse(frames(broken.text)[0] ?? '{}'), 'conversation_id');
    upstream.play({ text: 'better', usage: USAGE });
    const next = await post({
      conversation_id: conversation,
      messages: [{ role: 'user', content: 'Go on' }],
    });
    assert.equal(next.status, 200, next.text);
    assert.equal(at(next.body, 'conversation_id'), conversation);
  });

  it('aborts the provider when the caller goes away, and bills what came until then', async () => {
    upstream.play({ text: 'word '.repeat(50), chunks: 50, ending: 'hang', after: 5, usage: null });
    const gone = new AbortController();
    const response = await fetch(`${test.url}/api/agents/v1/chat/completions`, {
      method: 'POST',
      signal: gone.signal,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: agent, stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    const reader = response.body?.getReader();
    await reader?.read();
    gone.abort();
    await until('the upstream call to be cut off', () => upstream.calls.at(-1)?.closedEarly);
    const [row] = await until('what came to be billed', usageRows, ({ length }) => length === 1);
    const cost = Number(at(row, 'cost_usd'));
    assert.ok(cost > 0 && cost < 0.001, `${cost}`);
  });

  it('aborts a call that does not stream when its caller goes away, and keeps what was asked', async () => {
    upstream.play({ text: 'late', firstByteMs: 60_000, usage: null });
    const gone = new AbortController();
    const calls = upstream.calls.length;
    const call = fetch(`${test.url}/api/agents/v1/chat/completions`, {
      method: 'POST',
      signal: gone.signal,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: agent, messages: [{ role: 'user', content: 'Hi' }] }),
    }).catch(() => undefined);
    await until('the upstream call', () => upstream.calls.length > calls);
    gone.abort();
    await call;
    await until('the upstream call to be cut off', () => upstream.calls.at(-1)?.closedEarly);
    // The provider has worked on the prompt.
    const [row] = await until('the prompt to be billed', usageRows, ({ length }) => length === 1);
    assert.ok(Number(at(row, 'cost_usd')) > 0);
    assert.equal(at(row, 'output_tokens'), 0);
    const { body: run } = await person.call('GET', `/runs/${at(row, 'run_id')}`);
    const left = String(at(run, 'conversation_id'));
    const { body: conversation } = await person.call('GET', `/conversations/${left}`);
    assert.match(JSON.stringify(conversation), /"Hi"/);
    assert.match(JSON.stringify(conversation), /"status":"incomplete"/);
    upstream.play({ text: 'better', usage: USAGE });
    const again = await post({ conversation_id: left, messages: [{ role: 'user', content: 'Hi' }] });
    assert.equal(again.status, 200, again.text);
    const asked = JSON.stringify(upstream.calls.at(-1)?.body).match(/"Hi"/g)?.length;
    assert.equal(asked, 1, 'the answer takes the place of what was left');
  });

  it('ends the open streams of a key that is revoked', async () => {
    upstream.play({ text: 'word '.repeat(50), chunks: 50, ending: 'hang', after: 5, usage: null });
    const doomed = await test.createKey(person);
    const calls = upstream.calls.length;
    const stream = post({ stream: true }, doomed.key);
    await until('the upstream to answer', () => upstream.calls[calls]?.eventsSent === 5);
    await person.call('DELETE', `/agent-keys/${doomed.id}`);
    assert.match((await stream).text, /"error"/);
    await until('the upstream call to be cut off', () => upstream.calls.at(-1)?.closedEarly);
  });
});
