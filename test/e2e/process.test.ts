import assert from 'node:assert/strict';
import { lookup } from 'node:dns/promises';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkHome } from '../../src/cli/data/check-home.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import {
  runServerToItsEnd,
  type ServerProcess,
  startServerProcess,
} from '../../src/testing/server-process.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

const PASSWORD = 'engine-of-difference';
const JSON_TYPE = { 'content-type': 'application/json' };

async function call(url: string, method: string, path: string, token?: string, body?: unknown) {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body !== undefined && JSON_TYPE),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text), text };
}

describe('the first start', () => {
  const home = tempFolder();
  let server: ServerProcess;

  before(async () => {
    server = await startServerProcess({ MUSTER_HOME: home.path });
  });
  after(async () => {
    await server.stop('SIGKILL');
    home.remove();
  });

  /** Where it says that it is. */
  const shown = () => /Muster is running at (\S+)/.exec(server.output())?.[1] ?? '';

  it('shows a call to the demo agent that works as it stands and answers from its documents', async () => {
    const output = server.output();
    assert.ok(output.includes(`curl ${shown()}/api/agents/v1/chat/completions`), output);
    const key = /Bearer (sk-\S+?)'/.exec(output)?.[1];
    const body = /-d '(\{"model".*\})'/.exec(output)?.[1];
    assert.ok(key && body, output);
    const reply = await call(server.url, 'POST', '/api/agents/v1/chat/completions', key, JSON.parse(body));
    assert.equal(reply.status, 200, reply.text);
    const citations = at(reply.body, 'choices.0.message.annotations');
    assert.ok(Array.isArray(citations) && citations.length > 0, reply.text);
    assert.ok(
      String(at(citations[0], 'url_citation.url')).startsWith(`${shown()}/knowledge/doc_`),
      reply.text,
    );
  });

  it('makes a link by which the owner sets a password, once, and then signs in', async () => {
    const link = /(http\S+\/setup\?token=\S+)/.exec(server.output())?.[1] ?? '';
    const leads = await lookup('localhost', { all: true }).catch(() => []);
    const isNamed = leads.some(({ address }) => address === '127.0.0.1');
    assert.equal(
      new URL(shown()).hostname,
      isNamed ? 'localhost' : '127.0.0.1',
      'as README and guide have it',
    );
    assert.ok(link.startsWith(`${shown()}/setup?`), link);
    assert.ok(server.output().includes(`npx muster login --url ${shown()}\n`), server.output());
    const page = await fetch(link);
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    const token = new URL(link).searchParams.get('token') ?? '';
    const set = (password: string) =>
      call(server.url, 'POST', '/api/v1/auth/session', undefined, { setup_token: token, password });
    assert.equal((await set('short')).status, 400);
    assert.equal((await set(PASSWORD)).status, 200);
    assert.equal((await set('another long phrase')).status, 400, 'the link works once');
    const login = await call(server.url, 'POST', '/api/v1/auth/login', undefined, {
      email: 'owner@localhost',
      password: PASSWORD,
    });
    assert.equal(login.status, 200, login.text);
  });

  it('keeps its secret key to itself', () => {
    assert.equal(statSync(join(home.path, 'secret.key')).mode & 0o777, 0o600);
    assert.equal(statSync(home.path).mode & 0o077, 0);
  });

  it('refuses a second process on the same folder with a line that says who has it', async () => {
    const { code, output } = await runServerToItsEnd({ MUSTER_HOME: home.path });
    assert.equal(code, 1);
    assert.match(output, /in use by another Muster \(process \d+, since /);
    assert.equal(output.trim().split('\n').length, 1, output);
  });

  it('has built its console, which is at the root', async () => {
    const page = await fetch(`${server.url}/`);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<div id="root">/);
  });
});

it('a wrong setting stops the start with one line that names it', async () => {
  for (const [name, value] of [
    ['PORT', '99999'],
    ['MUSTER_SECRET_KEY', 'c2hvcnQ='],
    ['MUSTER_TOOL_ALLOWED', 'x'],
    ['LOG_LEVEL', 'loud'],
  ] as const) {
    const home = tempFolder();
    const { code, output } = await runServerToItsEnd({ MUSTER_HOME: home.path, [name]: value });
    home.remove();
    assert.equal(code, 1, output);
    assert.ok(output.includes(name) && output.trim().split('\n').length === 1, output);
  }
});

it('an address that is taken stops the first start before it has shown or made anything', async () => {
  const home = tempFolder();
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = String(typeof address === 'object' ? address?.port : 0);
  const refused = await runServerToItsEnd({ MUSTER_HOME: home.path, PORT: port });
  taken.close();
  assert.equal(refused.code, 1);
  assert.match(refused.output, new RegExp(`PORT ${port} is taken`));
  const server = await startServerProcess({ MUSTER_HOME: home.path });
  assert.match(server.output(), /Ask the demo agent/);
  await server.stop('SIGKILL');
  home.remove();
});

describe('a server that is ended', () => {
  const home = tempFolder();
  let upstream: ScriptedUpstream;
  let environment: Record<string, string>;
  let server: ServerProcess;
  let token: string;
  let key: string;
  let agent: string;

  before(async () => {
    upstream = await startScriptedUpstream();
    environment = {
      MUSTER_HOME: home.path,
      MUSTER_DEMO: '0',
      MUSTER_OWNER_EMAIL: 'owner@example.com',
      MUSTER_OWNER_PASSWORD: PASSWORD,
      OPENAI_BASE_URL: upstream.baseUrl,
      OPENAI_API_KEY: 'x',
    };
    server = await startServerProcess(environment);
    token = await login();
    const priced = { input_usd_per_million: 1, output_usd_per_million: 2 };
    await call(server.url, 'PUT', '/api/v1/models/openai%2Fm/price', token, priced);
    agent = String(
      at(
        (await call(server.url, 'POST', '/api/v1/agents', token, { name: 'A', model: 'openai/m' })).body,
        'id',
      ),
    );
    key = String(
      at((await call(server.url, 'POST', '/api/v1/agent-keys', token, { name: 'K' })).body, 'key'),
    );
  });
  after(async () => {
    await server.stop('SIGKILL');
    await upstream.close();
    home.remove();
  });

  async function login(): Promise<string> {
    const credentials = { email: 'owner@example.com', password: PASSWORD };
    const reply = await call(server.url, 'POST', '/api/v1/auth/login', undefined, credentials);
    return String(at(reply.body, 'access_token'));
  }
  const chat = (body: Record<string, unknown>) =>
    call(server.url, 'POST', '/api/agents/v1/chat/completions', key, {
      model: agent,
      messages: [{ role: 'user', content: 'Hi' }],
      ...body,
    });
  const openStream = () =>
    fetch(`${server.url}/api/agents/v1/chat/completions`, {
      method: 'POST',
      headers: { ...JSON_TYPE, authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: agent, stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
    });
  async function money() {
    const billing = (await call(server.url, 'GET', '/api/v1/billing', token)).body;
    const rows = at((await call(server.url, 'GET', '/api/v1/usage?limit=100', token)).body, 'usage');
    assert.ok(Array.isArray(rows));
    const spent = rows.reduce((sum, row) => sum + Math.round(Number(at(row, 'cost_usd')) * 1e9), 0);
    return {
      balance: Number(at(billing, 'balance_usd')),
      held: Number(at(billing, 'held_usd')),
      spent,
      rows: rows.length,
    };
  }

  it('by kill -9 has every acknowledged turn, its bill and no hold when it is back', async () => {
    upstream.play({
      text: 'Remembered',
      usage: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 },
    });
    const first = await chat({ messages: [{ role: 'user', content: 'Remember me' }] });
    assert.equal(first.status, 200, first.text);
    // Calls that are under way at the moment of the kill: one whose stream has begun, one that waits.
    upstream.play({ text: 'never whole', chunks: 3, ending: 'hang', after: 2 });
    const begun = await openStream();
    await begun.body?.getReader().read();
    upstream.play({ text: 'late', firstByteMs: 60_000 });
    const waiting = openStream().catch(() => undefined);
    await until('three calls', () => upstream.calls.length === 3);
    const document = await call(server.url, 'POST', `/api/v1/agents/${agent}/documents`, token, {
      name: 'notes.md',
      text: '# Notes\n\nThe password of the vault is xyzzy.',
    });
    assert.equal(document.status, 201, document.text);

    assert.equal((await server.stop('SIGKILL')).signal, 'SIGKILL');
    await waiting;
    server = await startServerProcess(environment);

    const after = await money();
    assert.equal(after.held, 0);
    assert.equal(after.rows, 1);
    assert.equal(Math.round(after.balance * 1e9) + after.spent, 10_000_000_000);
    upstream.play({ text: 'Indeed' });
    const next = await chat({ conversation_id: at(first.body, 'conversation_id') });
    assert.equal(next.status, 200, next.text);
    const given = JSON.stringify(upstream.calls.at(-1)?.body.messages);
    assert.match(given, /Remember me.*Remembered.*Hi/);
    await until(
      'the document to be ready',
      () => call(server.url, 'GET', `/api/v1/agents/${agent}/documents`, token),
      ({ body }) => at(body, 'documents.0.status') === 'ready',
    );
  });

  it('by SIGTERM lets open streams end, takes no new request, and exits cleanly', async () => {
    upstream.play({ text: 'one two three four five', chunks: 5, gapMs: 60 });
    const before = upstream.calls.length;
    const open = await openStream();
    await until('the call', () => upstream.calls.length > before);
    const asked = performance.now();
    const ended = server.stop('SIGTERM');
    assert.match(await open.text(), /\[DONE\]/);
    assert.deepEqual(await ended, { code: 0, signal: null });
    assert.ok(performance.now() - asked < 20_000, 'an idle connection must not hold the server open');
    await assert.rejects(fetch(`${server.url}/health`));
    server = await startServerProcess(environment);
    assert.equal((await money()).held, 0);
  });

  it('keeps every acknowledged turn of many at once through kill after kill', async () => {
    upstream.play({ text: 'ok', usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } });
    const start = (await money()).rows;
    let acknowledged = 0;
    for (let round = 0; round < 3; round++) {
      let stopped = false;
      let asked = 0;
      const callers = Array.from({ length: 8 }, async () => {
        while (!stopped) {
          asked += 1;
          const reply = await chat({}).catch(() => undefined);
          if (reply?.status === 200) acknowledged += 1;
        }
      });
      await until('sixty calls', () => asked > 60);
      const killed = server.stop('SIGKILL');
      stopped = true;
      await Promise.all([killed, ...callers]);
      await assertSound();
      server = await startServerProcess(environment);
    }
    const db = await money();
    assert.equal(db.held, 0);
    assert.equal(Math.round(db.balance * 1e9) + (await totalSpent()), 10_000_000_000);
    assert.ok((await usageCount()) - start >= acknowledged, 'an acknowledged call is missing on the log');
    await assertSound();
  });

  /** As `muster doctor` sees it, of a killed server and of a running one alike. */
  async function assertSound(): Promise<void> {
    const checks = await checkHome(home.path);
    assert.deepEqual(
      checks.filter(({ problems }) => problems.length > 0),
      [],
    );
  }

  async function totalSpent(): Promise<number> {
    const summary = await call(server.url, 'GET', '/api/v1/usage/summary', token);
    return Math.round(Number(at(summary.body, 'totals.cost_usd')) * 1e9);
  }
  async function usageCount(): Promise<number> {
    return Number(at((await call(server.url, 'GET', '/api/v1/usage?limit=1', token)).body, 'total'));
  }
});
