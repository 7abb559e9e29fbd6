import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, it } from 'node:test';
import { checkHome } from '../../src/cli/data/check-home.ts';
import { apiCaller } from '../../src/testing/api-caller.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

const OWNER = { email: 'owner@example.com', password: 'engine-of-difference' };
const QUESTION = 'What becomes of me?';
const home = tempFolder();
let upstream: ScriptedUpstream;
let server: ServerProcess;
let token = '';
let key = '';
let agent = '';

const call = apiCaller(() => ({ url: server.url, token }));
const start = async (): Promise<void> => {
  server = await startServerProcess({
    ...{ MUSTER_HOME: home.path, MUSTER_DEMO: '0' },
    ...{ MUSTER_OWNER_EMAIL: OWNER.email, MUSTER_OWNER_PASSWORD: OWNER.password },
    ...{ OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'x' },
  });
};
const ask = (body: Readonly<Record<string, unknown>>) =>
  fetch(`${server.url}/api/agents/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: agent, messages: [{ role: 'user', content: QUESTION }], ...body }),
  });

before(async () => {
  upstream = await startScriptedUpstream({ text: 'never whole', chunks: 3, ending: 'hang', after: 2 });
  await start();
  token = String(at(await call('POST', '/auth/login', OWNER), 'access_token'));
  const price = { input_usd_per_million: 1, output_usd_per_million: 2 };
  await call('PUT', '/models/openai%2Fm/price', price);
  agent = String(at(await call('POST', '/agents', { name: 'A', model: 'openai/m' }), 'id'));
  key = String(at(await call('POST', '/agent-keys', { name: 'K' }), 'key'));
});
after(async () => {
  await server.stop('SIGKILL');
  await upstream.close();
  home.remove();
});

it('the question of a long answer that a kill cut off is in its conversation, unanswered and not billed, and can be asked again', async () => {
  const open = await ask({ stream: true });
  const conversation = open.headers.get('x-conversation-id') ?? '';
  const db = new DatabaseSync(join(home.path, 'muster.db'), { readOnly: true });
  await until('the question to be on disk', () =>
    db.prepare('SELECT 1 FROM begun_turns WHERE conversation_id = ?').get(conversation),
  );
  db.close();
  await assert.rejects(call('GET', `/conversations/${conversation}`), /404/, 'nobody sees it yet');
  await server.stop('SIGKILL');
  await open.text().catch(() => undefined);
  await start();

  const stored = await call('GET', `/conversations/${conversation}`);
  assert.equal(at(stored, 'title'), QUESTION);
  assert.equal(at(stored, 'turn_count'), 1);
  assert.equal(at(stored, 'turns.0.status'), 'failed');
  assert.equal(at(stored, 'turns.0.message_id'), open.headers.get('x-message-id'));
  assert.equal(at(stored, 'turns.0.messages.0.content'), QUESTION);
  assert.equal(at(stored, 'turns.0.messages.length'), 1);
  assert.equal(at(await call('GET', '/usage'), 'total'), 0);
  const money = await call('GET', '/billing');
  assert.deepEqual([at(money, 'balance_usd'), at(money, 'held_usd')], [10, 0]);
  const run = await call('GET', `/runs/${at(stored, 'turns.0.run_id')}`);
  assert.equal(at(run, 'error.code'), 'stopped');

  upstream.play({ text: 'You are answered.' });
  const again = await ask({ conversation_id: conversation });
  assert.equal(again.status, 200);
  assert.equal(at(await again.json(), 'choices.0.message.content'), 'You are answered.');
  const sent = upstream.calls.at(-1)?.body.messages;
  assert.equal(JSON.stringify(sent).split(QUESTION).length, 2, 'the failed one is not told to the model');
  const checks = await checkHome(home.path);
  assert.deepEqual(
    checks.filter(({ problems }) => problems.length > 0),
    [],
  );
});

it('a stored response that a kill cut off is one that failed, says why, and can be continued', async () => {
  upstream.play({ text: 'never whole', chunks: 3, ending: 'hang', after: 2 });
  const responses = (path: string, body?: object) =>
    fetch(`${server.url}/api/agents/v1/responses${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify({ model: agent, ...body }) }),
    });
  const open = await responses('', { input: QUESTION, stream: true });
  const reader = open.body?.pipeThrough(new TextDecoderStream()).getReader();
  let id = '';
  for (let seen = ''; id === ''; id = /"id":"(resp_\w+)"/.exec(seen)?.[1] ?? '') {
    seen += (await reader?.read())?.value ?? assert.fail('it ended');
  }
  const db = new DatabaseSync(join(home.path, 'muster.db'), { readOnly: true });
  await until('the question to be on disk', () =>
    db.prepare('SELECT 1 FROM begun_turns WHERE run_id = ?').get(id.replace('resp_', 'run_')),
  );
  db.close();
  assert.equal(at(await (await responses(`/${id}`)).json(), 'status'), 'in_progress');
  await server.stop('SIGKILL');
  await reader?.cancel().catch(() => undefined);
  await start();

  const found = await responses(`/${id}`);
  assert.equal(found.status, 200);
  const cut = await found.json();
  assert.equal(at(cut, 'id'), id);
  assert.equal(at(cut, 'status'), 'failed');
  assert.equal(at(cut, 'error.code'), 'stopped');
  assert.match(String(at(cut, 'error.message')), /server was stopped/);
  assert.deepEqual(at(cut, 'output'), []);
  const replayed = await (await responses(`/${id}?stream=true`)).text();
  assert.match(replayed, /event: response\.failed\n.*"code":"stopped"/);
  upstream.play({ text: 'You are answered.' });
  const next = await responses('', { input: QUESTION, previous_response_id: id });
  assert.equal(at(await next.json(), 'status'), 'completed');
});
