import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { checkHome } from '../../src/cli/data/check-home.ts';
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../src/testing/webhook-receiver.ts';

const OWNER = { email: 'owner@example.com', password: 'engine-of-difference' };
const TURNS = 5;
const home = tempFolder();
let receiver: WebhookReceiver;
let server: ServerProcess;
let token = '';

const start = async (): Promise<void> => {
  server = await startServerProcess({
    MUSTER_HOME: home.path,
    MUSTER_DEMO: '0',
    MUSTER_OWNER_EMAIL: OWNER.email,
    MUSTER_OWNER_PASSWORD: OWNER.password,
    MUSTER_TOOL_ALLOW_HOSTS: receiver.host,
  });
};
const call = async (method: string, path: string, body?: object): Promise<unknown> => {
  const response = await fetch(`${server.url}/api${path}`, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  return JSON.parse(text);
};
const post = (path: string, body: object) => call('POST', path, body);

before(async () => {
  receiver = await startWebhookReceiver();
  await start();
});
after(async () => {
  await server.stop('SIGKILL');
  await receiver.close();
  home.remove();
});

it('whatever a client was told of is delivered after a kill, as the same message', async () => {
  token = String(at(await post('/v1/auth/login', OWNER), 'access_token'));
  const webhook = await post('/v1/webhooks', { url: receiver.url, events: ['conversation.message'] });
  const model = String(at(await post('/v1/agents', { name: 'A', model: 'sandbox' }), 'id'));
  receiver.answer('hang');
  const said = new Set<string>();
  for (let turn = 0; turn < TURNS; turn++) {
    const messages = [{ role: 'user', content: `Turn ${turn}` }];
    said.add(String(at(await post('/agents/v1/chat/completions', { model, messages }), 'message_id')));
  }
  await server.stop('SIGKILL');
  receiver.answer(204);
  await start();
  const path = `/v1/webhooks/${at(webhook, 'id')}/deliveries?status=delivered`;
  await until(
    'all to be delivered',
    () => call('GET', path),
    (list) => at(list, 'total') === TURNS,
  );
  const messages = Map.groupBy(receiver.received, ({ headers }) => headers['webhook-id']);
  assert.equal(messages.size, TURNS);
  const sent = [...messages.values()].map((tries) => {
    assert.equal(new Set(tries.map(({ body }) => body)).size, 1, 'each try carries the same message');
    return JSON.parse(tries[0]?.body ?? '').data.message_id;
  });
  assert.deepEqual(new Set(sent), said);
  await server.stop('SIGTERM');
  for (const { name, problems } of await checkHome(home.path)) assert.deepEqual(problems, [], name);
});
