import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../src/testing/webhook-receiver.ts';

/** Values that are nowhere by chance; each stands for one kind of secret. */
const mark = (kind: string): string => `canary-${kind}-${randomBytes(9).toString('hex')}`;
const OWNER = { email: 'owner@example.com', password: mark('owner-password') };
const GIVEN = {
  'owner password': OWNER.password,
  'new owner password': mark('new-password'),
  'wrong password': mark('wrong-password'),
  'user password': mark('user-password'),
  'server’s provider key': `sk-${mark('server-key')}`,
  'account’s provider key': `sk-${mark('account-key')}`,
  'tool token': mark('tool-token'),
  'tool password': mark('tool-password'),
  'metrics token': mark('metrics-token'),
  'search key': mark('search-key'),
};
const SECRET_KEY = randomBytes(32);

const home = tempFolder();
/** What was made by the server and shown once. */
const made = new Map<string, string>();
/** Replies in which a secret has no place. */
const replies: string[] = [];
let upstream: ScriptedUpstream;
let receiver: WebhookReceiver;
let server: ServerProcess;
let token = '';

before(async () => {
  upstream = await startScriptedUpstream();
  receiver = await startWebhookReceiver();
  server = await startServerProcess({
    MUSTER_HOME: home.path,
    MUSTER_OWNER_EMAIL: OWNER.email,
    MUSTER_OWNER_PASSWORD: OWNER.password,
    MUSTER_SECRET_KEY: SECRET_KEY.toString('base64'),
    MUSTER_METRICS_TOKEN: GIVEN['metrics token'],
    MUSTER_TOOL_ALLOW_HOSTS: `${receiver.host},${new URL(upstream.baseUrl).host}`,
    MUSTER_DEMO: '0',
    OPENAI_BASE_URL: upstream.baseUrl,
    OPENAI_API_KEY: GIVEN['server’s provider key'],
    TAVILY_API_KEY: GIVEN['search key'],
    LOG_LEVEL: 'trace',
  });
});
after(async () => {
  await server.stop('SIGKILL');
  await upstream.close();
  await receiver.close();
  home.remove();
});

interface Call {
  readonly body?: unknown;
  readonly as?: string | undefined;
  readonly headers?: Record<string, string>;
  /** The reply is where a secret is shown, this once. */
  readonly shows?: Readonly<Record<string, string>>;
}

async function call(
  method: string,
  path: string,
  options: Call = {},
): Promise<{ status: number; body: unknown }> {
  const { body, as = token, headers = {}, shows } = options;
  const response = await fetch(`${server.url}/api${path}`, {
    method,
    headers: {
      ...(as && { authorization: `Bearer ${as}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!shows || response.status >= 400) replies.push(`${method} ${path} ${response.status} ${text}`);
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  const parsed: unknown = isJson ? JSON.parse(text) : text;
  for (const [name, field] of Object.entries(shows ?? {})) {
    const value = at(parsed, field);
    assert.equal(typeof value, 'string', `${method} ${path}: ${text}`);
    made.set(name, String(value));
  }
  return { status: response.status, body: parsed };
}

const TOKENS = { 'access token': 'access_token', 'refresh token': 'refresh_token' };

it('no secret is in a log line, in a reply that is not its first, or in the stored data', async () => {
  await signInAndOut();
  await makeWhatHasSecrets();
  await sendWhatIsWrong();
  await useThem();
  await server.stop('SIGTERM');

  const secrets = new Map([...Object.entries(GIVEN), ...made, ['secret key', SECRET_KEY.toString('base64')]]);
  assert.ok(secrets.size > 18, [...secrets.keys()].join(', '));
  const stored = filesOf(home.path);
  // What was looked through is what there was to look through.
  assert.ok(stored.some(([, bytes]) => bytes.includes('ada@example.com')));
  assert.ok(server.output().includes('Muster is running'));
  assert.ok(replies.length > 40, `${replies.length} replies`);
  for (const key of [GIVEN['server’s provider key'], GIVEN['account’s provider key']])
    assert.ok(upstream.calls.some(({ headers }) => headers.authorization === `Bearer ${key}`));
  for (const [name, secret] of secrets) {
    assert.ok(secret.length > 12, `${name}: ${secret}`);
    for (const form of formsOf(secret)) {
      assert.ok(!server.output().includes(form), `the log has the ${name}`);
      const told = replies.find((reply) => reply.includes(form));
      assert.equal(told, undefined, `a reply has the ${name}`);
      for (const [path, bytes] of stored) assert.ok(!bytes.includes(form), `${path} has the ${name}`);
    }
  }
});

async function signInAndOut(): Promise<void> {
  await call('POST', '/v1/auth/login', { body: { ...OWNER, password: GIVEN['wrong password'] } });
  await call('POST', '/v1/auth/login', {
    body: OWNER,
    shows: { 'first access token': 'access_token', 'first refresh token': 'refresh_token' },
  });
  await call('POST', '/v1/auth/refresh', {
    body: { refresh_token: made.get('first refresh token') },
    shows: { 'second access token': 'access_token', 'second refresh token': 'refresh_token' },
  });
  // Used a second time the whole family ends.
  await call('POST', '/v1/auth/refresh', {
    body: { refresh_token: made.get('second refresh token') },
    shows: { 'third access token': 'access_token', 'third refresh token': 'refresh_token' },
  });
  await call('POST', '/v1/auth/refresh', { body: { refresh_token: made.get('first refresh token') } });
  token = '';
  await call('POST', '/v1/auth/login', { body: OWNER, shows: TOKENS });
  token = made.get('access token') ?? '';
  const change = { current_password: OWNER.password, new_password: GIVEN['new owner password'] };
  assert.ok((await call('PUT', '/v1/auth/password', { body: change })).status < 300);
}

async function makeWhatHasSecrets(): Promise<void> {
  const key = { name: 'Website' };
  const headers = { 'idempotency-key': 'once' };
  await call('POST', '/v1/agent-keys', { body: key, headers, shows: { 'agent key': 'key' } });
  // The first reply again, as it was: it is kept, but sealed.
  await call('POST', '/v1/agent-keys', { body: key, headers, shows: { 'agent key': 'key' } });
  const person = { email: 'ada@example.com', role: 'admin' };
  await call('POST', '/v1/users', { body: { ...person, password: GIVEN['user password'] } });
  await call('POST', '/v1/users', {
    body: { ...person, email: 'grace@example.com' },
    shows: { 'set-up token': 'setup_token' },
  });
  const provider = { name: 'mine', kind: 'openai-compatible', base_url: upstream.baseUrl, models: ['m'] };
  await call('POST', '/v1/providers', { body: { ...provider, api_key: GIVEN['account’s provider key'] } });
  const price = { input_usd_per_million: 1, output_usd_per_million: 2 };
  for (const model of ['openai%2Fm', 'mine%2Fm'])
    await call('PUT', `/v1/models/${model}/price`, { body: price });
  const events = ['conversation.message'];
  const hook = await call('POST', '/v1/webhooks', {
    body: { url: receiver.url, events },
    shows: { 'webhook secret': 'secret' },
  });
  await call('POST', `/v1/webhooks/${at(hook.body, 'id')}/rotate-secret`, {
    body: {},
    shows: { 'next webhook secret': 'secret' },
  });
  const tool = { description: 'Looks it up', endpoint: `http://${receiver.host}/tool`, method: 'POST' };
  for (const [name, auth_type, auth] of [
    ['with_token', 'bearer', { token: GIVEN['tool token'] }],
    ['with_password', 'basic', { username: 'me', password: GIVEN['tool password'] }],
  ]) {
    const registered = await call('POST', '/v1/tools/custom', { body: { ...tool, name, auth_type, auth } });
    assert.equal(registered.status, 201, JSON.stringify(registered.body));
  }
  await call('POST', '/v1/sandbox/tokens', {
    shows: { 'sandbox token': 'access_token', 'sandbox key': 'agent_key' },
  });
}

/** Errors name the field, and do not repeat what was sent. */
async function sendWhatIsWrong(): Promise<void> {
  const secret = GIVEN['account’s provider key'];
  const wrong: [string, unknown][] = [
    ['/v1/auth/login', `{"email":"owner@example.com","password":"${GIVEN['owner password']}"`],
    ['/v1/auth/login', { email: 'owner@example.com', password: [GIVEN['owner password']] }],
    ['/v1/auth/refresh', { refresh_token: `${made.get('refresh token')}x` }],
    ['/v1/auth/setup', { token: `${made.get('set-up token')}x`, password: GIVEN['user password'] }],
    ['/v1/users', { email: 'no address', role: 'admin', password: GIVEN['user password'] }],
    ['/v1/users', { email: 'x@example.com', role: 'king', password: GIVEN['user password'] }],
    ['/v1/providers', { name: 'Not A Name', kind: 'openai', api_key: secret }],
    ['/v1/providers', { name: 'x', kind: 'openai', api_key: { value: secret } }],
    ['/v1/providers', { name: 'x', kind: 'nothing', api_key: secret, also: secret }],
    ['/v1/tools/custom', { name: 'x', auth_type: 'bearer', auth: { token: 1, tok: GIVEN['tool token'] } }],
    ['/v1/agent-keys', { name: 5 }],
  ];
  for (const [path, body] of wrong) {
    const { status } = await call('POST', path, { body });
    assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
  }
  for (const as of [made.get('agent key'), `${made.get('agent key')}x`, `${token}x`])
    await call('GET', '/v1/agents', { as });
  await call('GET', '/v1/metrics', {
    as: GIVEN['metrics token'],
    headers: { 'x-forwarded-for': '192.0.2.1' },
  });
}

async function useThem(): Promise<void> {
  const tools = ['with_token', 'with_password', 'web_search'];
  const agentOf = async (model: string) =>
    String(at((await call('POST', '/v1/agents', { body: { name: model, model, tools } })).body, 'id'));
  const agents = [await agentOf('openai/m'), await agentOf('mine/m')];
  const ask = (model: string | undefined, content: string) =>
    call('POST', '/agents/v1/chat/completions', {
      as: made.get('agent key'),
      body: { model, messages: [{ role: 'user', content }] },
    });
  upstream.play({ text: 'Hello' });
  for (const agent of agents) assert.equal((await ask(agent, 'Hello')).status, 200);
  await receiver.waitFor(agents.length, ({ path }) => path === '/hook');
  // Providers like to say which key was wrong.
  upstream.play(({ headers }) => ({
    status: 401,
    error: { message: `Incorrect API key provided: ${headers.authorization}`, type: 'invalid_request_error' },
  }));
  for (const agent of agents) assert.equal((await ask(agent, 'Hello')).status, 502);
  upstream.play(({ headers }) => ({ status: 500, rawBody: `It broke for ${headers.authorization}` }));
  for (const agent of agents) await ask(agent, 'Hello');
  // What a service sends back of its credential reaches nobody.
  receiver.answer((message, reply) => reply.writeHead(500).end(JSON.stringify(message.headers)));
  for (const name of tools)
    await call('POST', `/v1/tools/${name}/test`, { body: { arguments: { query: 'x' } } });
  for (const path of [
    '/agent-keys',
    '/users',
    '/providers',
    '/webhooks',
    '/tools',
    '/tools/custom',
    '/audit?limit=100',
    '/agents',
    '/auth/me',
  ])
    assert.equal((await call('GET', `/v1${path}`)).status, 200, path);
  await call('POST', '/v1/auth/logout');
}

/** As it is, and as it stands in other texts. */
function formsOf(secret: string): string[] {
  return [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), encodeURIComponent(secret)];
}

function filesOf(path: string): [string, Buffer][] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const file = join(path, name);
    return statSync(file).isFile() && name !== 'secret.key'
      ? [[file, readFileSync(file)] as [string, Buffer]]
      : [];
  });
}
