import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at, PASSWORD } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import {
  codeOf,
  eventsOf,
  PATH,
  type Resource,
  type ResponsesApp,
  resourceOf,
  startResponsesApp,
  textOf,
} from './responses-app.ts';
import { assertEvent, assertResource } from './wire-schema.ts';

const ENDED = new Set(['completed', 'failed', 'incomplete', 'cancelled']);

describe('a background response', () => {
  let app: ResponsesApp;
  before(async () => {
    app = await startResponsesApp({ tools: ['calculator'] });
  });
  after(() => app.close());

  const read = async (id: string) => resourceOf(await app.get(`/responses/${id}`));
  const ended = (id: string): Promise<Resource> =>
    until(
      `the end of ${id}`,
      () => read(id),
      ({ status }) => ENDED.has(status),
    );

  it('is queued at once and made without its caller [background.queued]', async () => {
    const queued = await app.create({
      input: '[[call calculator {"expression":"6*7"}]] [[say 42]]',
      background: true,
    });
    assertResource(queued);
    assert.equal(queued.status, 'queued');
    assert.equal(queued.background, true);
    const done = await ended(queued.id);
    assertResource(done);
    assert.equal(done.status, 'completed');
    assert.equal(textOf(done), '42');
    const next = await app.create({ input: 'Go on', previous_response_id: queued.id });
    assert.equal(next.conversation_id, queued.conversation_id);
    const rows = at((await app.owner.call('GET', '/usage')).body, 'total');
    assert.equal(rows, 2);
  });

  it('tells a failure of its model like any other [background.queued]', async () => {
    const failed = await ended((await app.create({ input: '[[fail 500]]', background: true })).id);
    assertResource(failed);
    assert.equal(failed.error?.code, 'upstream_unavailable');
  });

  it('hands over calls of the caller, to be answered in the next response [background.queued]', async () => {
    const tools = [{ type: 'function', name: 'look' }];
    const asked = await ended((await app.create({ input: '[[call look {}]]', background: true, tools })).id);
    const input = [{ type: 'function_call_output', call_id: asked.output[0]?.call_id, output: 'seen' }];
    const answered = await app.create({ input, previous_response_id: asked.id, tools });
    assert.equal(answered.status, 'completed');
  });

  it('streams from the queue to its end, and again byte for byte [background.stream]', async () => {
    const { text, events } = await app.stream({
      input:
        '[[think a while]] [[say let me see]] [[call calculator {"expression":"6*7"}]] [[wait 50]] [[say 42 it is]]',
      background: true,
      include: ['muster.steps'],
    });
    assert.deepEqual(
      events.slice(0, 3).map(({ type }) => type),
      ['response.created', 'response.queued', 'response.in_progress'],
    );
    for (const event of events)
      if (event.item?.type !== 'muster:tool_call' && !event.response) assertEvent(event);
    assert.deepEqual(
      events.map((event) => event.sequence_number),
      events.map((_, index) => index),
    );
    const path = `/responses/${events[0]?.response?.id}?stream=true`;
    assert.equal((await app.get(path)).text, text);
    const rest = (await app.get(`${path}&starting_after=5`)).text;
    assert.ok(text.endsWith(rest));
    assert.equal(eventsOf(rest)[0]?.sequence_number, 6);
  });

  it('goes on when its stream is left, and can be joined again [background.stream]', async () => {
    const controller = new AbortController();
    const response = await fetch(`${app.url}${PATH}/responses`, {
      method: 'POST',
      signal: controller.signal,
      headers: { authorization: `Bearer ${app.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: app.agent,
        stream: true,
        background: true,
        input: '[[wait 200]] still here',
      }),
    });
    const first = new TextDecoder().decode((await response.body?.getReader().read())?.value);
    controller.abort();
    const id = /"id":"(resp_\w+)"/.exec(first)?.[1] ?? '';
    const joined = await app.get(`/responses/${id}?stream=true&starting_after=2`);
    assert.equal(eventsOf(joined.text).at(-1)?.response?.status, 'completed');
    assert.equal(textOf(await ended(id)), 'Sandbox: still here');
  });

  it('is ended by cancel, and only background responses can be [background.cancel]', async () => {
    const { id } = await app.create({ input: '[[wait 60000]] never', background: true });
    await until(
      'the start',
      () => read(id),
      ({ status }) => status === 'in_progress',
    );
    const following = app.get(`/responses/${id}?stream=true`);
    const reply = await app.post(`/responses/${id}/cancel`, {});
    assert.equal(reply.status, 200, reply.text);
    assertResource(reply.body);
    assert.equal(reply.field('status'), 'cancelled');
    assert.equal((await read(id)).status, 'cancelled');
    assert.equal(eventsOf((await following).text).at(-1)?.response?.status, 'cancelled');
    assert.equal((await app.post(`/responses/${id}/cancel`, {})).field('status'), 'cancelled');
    const next = await app.post('/responses', { model: app.agent, input: 'x', previous_response_id: id });
    assert.equal(codeOf(next), 'previous_response_not_found');
    assert.equal(at((await app.owner.call('GET', '/billing')).body, 'held_usd'), 0);
    const plain = await app.create({ input: 'Hi' });
    assert.equal(codeOf(await app.post(`/responses/${plain.id}/cancel`, {})), 'response_not_cancellable');
    assert.equal(codeOf(await app.post('/responses/resp_nobody/cancel', {})), 'response_not_found');
  });

  it('cannot be deleted while it is made [background.cancel]', async () => {
    const { id } = await app.create({ input: '[[wait 60000]] never', background: true });
    assert.equal(codeOf(await app.delete(`/responses/${id}`)), 'response_not_finished');
    await app.post(`/responses/${id}/cancel`, {});
    assert.equal((await app.delete(`/responses/${id}`)).status, 200);
    assert.equal((await app.get(`/responses/${id}`)).status, 404);
  });

  it('leaves nothing behind when it is deleted, or its conversation is [stored.delete]', async () => {
    const one = await ended((await app.create({ input: 'the word is heliotrope', background: true })).id);
    const two = await ended((await app.create({ input: 'the word is heliotrope', background: true })).id);
    assert.equal((await app.delete(`/responses/${one.id}`)).status, 200);
    assert.equal((await app.delete(`/conversations/${two.conversation_id}`)).status, 200);
    for (const table of ['turns', 'responses', 'conversations', 'jobs', 'job_steps', 'job_events'] as const) {
      const rows = await app.app.db.scan(app.app.db.build.selectFrom(table).selectAll());
      assert.ok(!JSON.stringify(rows).includes('heliotrope'), table);
    }
  });

  it('needs to be stored [background.needs-store]', async () => {
    const reply = await app.post('/responses', {
      model: app.agent,
      input: 'Hi',
      background: true,
      store: false,
    });
    assert.equal(reply.status, 400);
    assert.equal(reply.field('error.param'), 'background');
  });
});

it('a background response goes on after kill -9, without making a finished call again; stored ones are as they were [background.restart] [state.survives-restart]', async (context) => {
  const upstream = await startScriptedUpstream({ text: 'unused' });
  const home = tempFolder();
  context.after(async () => {
    await server?.stop('SIGKILL');
    await upstream.close();
    home.remove();
  });
  const environment = {
    MUSTER_HOME: home.path,
    MUSTER_DEMO: '0',
    MUSTER_OWNER_EMAIL: 'owner@example.com',
    MUSTER_OWNER_PASSWORD: PASSWORD,
    OPENAI_BASE_URL: upstream.baseUrl,
    OPENAI_API_KEY: 'sk-upstream',
  };
  let server: ServerProcess | undefined = await startServerProcess(environment);
  const send = async (method: string, path: string, token: string, body?: unknown): Promise<string> => {
    const response = await fetch(`${server?.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return response.text();
  };
  const login = { email: 'owner@example.com', password: PASSWORD };
  const token = String(at(JSON.parse(await send('POST', '/api/v1/auth/login', '', login)), 'access_token'));
  await send('PUT', '/api/v1/models/openai%2Fm/price', token, {
    input_usd_per_million: 1,
    output_usd_per_million: 1,
  });
  const agent = at(
    JSON.parse(
      await send('POST', '/api/v1/agents', token, { name: 'A', model: 'openai/m', tools: ['calculator'] }),
    ),
    'id',
  );
  const key = String(at(JSON.parse(await send('POST', '/api/v1/agent-keys', token, { name: 'k' })), 'key'));

  upstream.play({ text: 'stored words', chunks: 3 });
  const stored = await send('POST', `${PATH}/responses`, key, { model: agent, stream: true, input: 'Hi' });
  const storedId = eventsOf(stored).at(-1)?.response?.id;

  const calculates = {
    toolCalls: [{ name: 'calculator', arguments: '{"expression":"6*7"}' }],
    finishReason: 'tool_calls',
  };
  const begun = upstream.calls.length;
  upstream.play(({ body }) =>
    JSON.stringify(body.messages).includes('tool_call_id')
      ? { text: 'the answer is forty two', chunks: 5, ending: 'hang', after: 3 }
      : calculates,
  );
  const { id } = JSON.parse(
    await send('POST', `${PATH}/responses`, key, { model: agent, background: true, input: 'What is 6*7?' }),
  ) as Resource;
  const following = await fetch(`${server.url}${PATH}/responses/${id}?stream=true`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const reader = following.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = '';
  while (!seen.includes('output_text.delta')) seen += (await reader?.read())?.value;
  await server.stop('SIGKILL');

  upstream.play({ text: 'the answer is forty two', chunks: 5 });
  server = await startServerProcess(environment);
  const done = await until(
    'the end',
    async () => JSON.parse(await send('GET', `${PATH}/responses/${id}`, key)) as Resource,
    ({ status }) => ENDED.has(status),
  );
  assert.equal(done.status, 'completed');
  assert.equal(textOf(done), 'the answer is forty two');
  assert.equal(done.output.length, 1);
  const firstCalls = upstream.calls
    .slice(begun)
    .filter(({ body }) => !JSON.stringify(body.messages).includes('tool_call_id'));
  assert.equal(firstCalls.length, 1);
  const replayed = await send('GET', `${PATH}/responses/${id}?stream=true`, key);
  assert.ok(replayed.startsWith(seen), 'what was read before the kill is no longer so');
  const events = eventsOf(replayed);
  assert.deepEqual(
    events.map((event) => event.sequence_number),
    events.map((_, index) => index),
  );
  assert.equal(await send('GET', `${PATH}/responses/${storedId}?stream=true`, key), stored);
});
