import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { agentInvariants } from '../../src/agents/index.ts';
import { checkAuditChain } from '../../src/audit/index.ts';
import { billingInvariants } from '../../src/billing/index.ts';
import { crewInvariants } from '../../src/crews/index.ts';
import { CREDENTIAL_TABLES, checkInvariants, ERASED_TABLES } from '../../src/db/index.ts';
import { knowledgeInvariants } from '../../src/knowledge/index.ts';
import { runInvariants } from '../../src/runs/index.ts';
import { manualTime } from '../../src/testing/manual-time.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { at, PASSWORD, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../src/testing/webhook-receiver.ts';
import { addDocument, createCrew, endOf, startJob, talk } from './objects.ts';
import { assertError, assertInvalid } from './replies.ts';

const CHAT = '/api/agents/v1/chat/completions';
const USAGE = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };
/** At $1 and $2 a million tokens. */
const CALL_USD = '0.002';

/** How many rows each table has of these accounts; those with none are left out. */
async function rowsOf({ app: { db } }: TestApp, ids: readonly string[]): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of [...ERASED_TABLES, ...CREDENTIAL_TABLES]) {
    const query = sql<{
      n: number;
    }>`SELECT count(*) AS n FROM ${sql.table(table)} WHERE account_id IN (${sql.join([...ids])})`;
    const row = await db.first({ compile: () => query.compile(db.build) });
    if (Number(row?.n) > 0) found[table] = Number(row?.n);
  }
  return found;
}

/** A reply does not wait for it for ever. */
async function untilErased(test: TestApp, ...ids: readonly string[]): Promise<void> {
  await until(
    'every row to be gone',
    () => rowsOf(test, ids),
    (rows) => Object.keys(rows).length === 0,
  );
}

async function nameOf(test: TestApp, { accountId }: Person): Promise<string> {
  return (await test.owner.call('GET', `/accounts/${accountId}`)).field('name');
}

describe('the deletion of an account', () => {
  let test: TestApp;
  let upstream: ScriptedUpstream;
  before(async () => {
    upstream = await startScriptedUpstream({ usage: USAGE, text: 'a few words', chunks: 3 });
    test = await startTestApp({
      OPENAI_BASE_URL: upstream.baseUrl,
      OPENAI_API_KEY: 'sk-upstream',
      MUSTER_TOOL_ALLOW_HOSTS: '127.0.0.1:9',
    });
  });
  after(async () => {
    await test.close();
    await upstream.close();
  });

  const price = (person: Person) =>
    person.call('PUT', '/models/openai%2Fm/price', { input_usd_per_million: 1, output_usd_per_million: 2 });
  const ask = (token: string, model: string, content: string, fields: object = {}) =>
    fetch(test.url + CHAT, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content }], ...fields }),
    });
  const remove = async (person: Person) =>
    person.call('DELETE', '/account', { confirm: await nameOf(test, person) });

  it('is for its owner alone, who has to name it; nothing is touched otherwise', async () => {
    const person = await test.addAccount();
    const name = await nameOf(test, person);
    const admin = await test.addPerson(person, 'admin');
    assertError(await admin.call('DELETE', '/account', { confirm: name }), 403, 'FORBIDDEN');
    assertInvalid(await person.call('DELETE', '/account', { confirm: 'Another' }), 'confirm');
    assertInvalid(await person.call('DELETE', '/account', { confirm: name.toUpperCase() }), 'confirm');
    assertInvalid(await person.call('DELETE', '/account', {}), 'confirm');
    assert.equal((await person.call('DELETE', '/account')).status, 400);
    const twin = await test.openSandbox(person);
    assertError(await twin.call('DELETE', '/account', { confirm: `${name} (sandbox)` }), 403, 'FORBIDDEN');
    const path = `/accounts/${person.accountId}`;
    assertInvalid(await test.owner.call('DELETE', path, { confirm: 'Another' }), 'confirm');
    assertError(await person.call('DELETE', path, { confirm: name }), 403, 'FORBIDDEN');
    const stranger = await test.addAccount();
    assertError(await stranger.call('DELETE', path, { confirm: name }), 404, 'NOT_FOUND');
    for (const who of [person, admin, twin]) assert.equal((await who.call('GET', '/auth/me')).status, 200);
  });

  it('is refused for the account that runs the server, by either way', async () => {
    for (const path of ['/account', `/accounts/${test.owner.accountId}`]) {
      const reply = await test.owner.call('DELETE', path, { confirm: 'Main' });
      assertError(reply, 409, 'CONFLICT');
      assert.match(reply.text, /MUSTER_HOME/);
    }
  });

  it('takes everything at once, whatever is under way, and leaves what it was billed in the log', async () => {
    const person = await test.addAccount();
    const other = await test.addAccount();
    await talk(test, other);
    const before = {
      rows: await rowsOf(test, [other.accountId]),
      billing: await other.call('GET', '/billing'),
    };
    const [colleague, twin] = [await test.addPerson(person, 'viewer'), await test.openSandbox(person)];
    const { key } = await test.createKey(person, { monthly_limit_usd: 5 });
    await price(test.owner);
    const paid = await test.createAgent(person, { model: 'openai/m' });
    assert.equal((await ask(key, paid, 'Good morning')).status, 200);
    const response = await test.request('POST', '/api/agents/v1/responses', {
      ...{ token: key, body: { model: await test.createAgent(person), input: 'Good morning' } },
    });
    assert.equal(response.status, 200, response.text);
    for (const side of [person, twin]) {
      await addDocument(side, await test.createAgent(side));
      await talk(test, side);
      const { crewId } = await createCrew(side, { memory: true });
      await endOf(side, await startJob(side, crewId));
      await side.call('POST', '/schedules', { crew_id: crewId, cron: '0 0 1 1 *', inputs: {} });
      await side.call('POST', '/webhooks', { url: 'http://127.0.0.1:9/', events: ['job.stopped'] });
      await side.call('POST', '/providers', { name: 'mine', kind: 'openai', api_key: 'sk-theirs' });
      const slow = { name: 'w', description: '[[wait 60000]]', expected_output: 'x', agent: 'Writer' };
      await startJob(side, (await createCrew(side, { tasks: [slow] })).crewId);
    }
    // A call that is paid for is under way too, and a stream that nobody pays for.
    upstream.play({ usage: USAGE, text: 'so many words '.repeat(50), chunks: 200, gapMs: 50 });
    const paying = await ask(key, paid, 'Tell me more', { stream: true });
    const waiting = ask(person.token, await test.createAgent(person), '[[wait 60000]]', { stream: true });
    const name = await nameOf(test, person);
    const billed = await person.call('GET', '/usage/summary');
    assert.equal(billed.status, 200);

    const reply = await person.call('DELETE', '/account', { confirm: name });
    assert.equal(reply.status, 204, reply.text);
    await Promise.allSettled([paying.text(), waiting.then((stream) => stream.text())]);

    for (const who of [person, colleague, twin])
      assertError(await who.call('GET', '/agents'), 401, 'UNAUTHORIZED');
    for (const token of [key, twin.agentKey])
      assert.equal((await test.request('GET', '/api/agents/v1/models', { token })).status, 401);
    const login = { email: person.email, password: PASSWORD };
    assertError(await test.request('POST', '/api/v1/auth/login', { body: login }), 401, 'UNAUTHORIZED');
    const refresh = { refresh_token: person.refreshToken };
    assertError(await test.request('POST', '/api/v1/auth/refresh', { body: refresh }), 401, 'UNAUTHORIZED');
    assertError(await test.owner.call('GET', `/accounts/${person.accountId}`), 404, 'NOT_FOUND');
    assertError(
      await test.owner.call('PATCH', `/accounts/${person.accountId}`, { tier: 'pro' }),
      404,
      'NOT_FOUND',
    );
    assert.doesNotMatch(
      (await test.owner.call('GET', '/accounts?limit=100')).text,
      new RegExp(person.accountId),
    );

    await untilErased(test, person.accountId, twin.accountId);
    const { db, home } = test.app;
    if (db.dialect === 'sqlite') {
      const known = await db.all(db.build.selectFrom('documents').select('id'));
      assert.deepEqual(readdirSync(join(home.path, 'uploads')).sort(), known.map(({ id }) => id).sort());
    }
    const checks = await checkInvariants(db, [
      ...[...billingInvariants, ...runInvariants, ...agentInvariants],
      ...[...crewInvariants, ...knowledgeInvariants],
    ]);
    assert.deepEqual(
      checks.filter(({ problems }) => problems.length > 0),
      [],
    );
    assert.deepEqual((await checkAuditChain(db, undefined)).problems, []);

    const log = await test.owner.call('GET', `/audit?object_id=${person.accountId}&limit=100`);
    const [erased, deleted] = at(log.body, 'entries') as { action: string; details: object; actor: object }[];
    assert.partialDeepStrictEqual(deleted, {
      ...{ action: 'account.deleted', details: { name } },
      actor: { kind: 'user', id: person.userId, name: person.email },
    });
    assert.equal(erased?.action, 'account.erased');
    // One call to its end; the one that was cut off for what had come of it.
    const { billedUsd, creditLeftUsd } = erased.details as { billedUsd: string; creditLeftUsd: string };
    assert.ok(Number(billedUsd) >= Number(CALL_USD), billedUsd);
    assert.equal(Math.round((Number(billedUsd) + Number(creditLeftUsd)) * 1e9), 10e9);

    assert.deepEqual(await rowsOf(test, [other.accountId]), before.rows);
    assert.equal((await other.call('GET', '/billing')).text, before.billing.text);
    const again = { name, owner_email: person.email, owner_password: PASSWORD };
    assert.equal((await test.owner.call('POST', '/accounts', again)).status, 201);
    assert.notEqual((await test.login(person.email)).accountId, person.accountId);
    upstream.play({ usage: USAGE, text: 'a few words', chunks: 3 });
  });

  it('by the operator is written down as theirs, also of an account that is suspended', async () => {
    const person = await test.addAccount();
    const path = `/accounts/${person.accountId}`;
    const confirm = await nameOf(test, person);
    await test.owner.call('PATCH', path, { status: 'suspended' });
    assert.equal((await test.owner.call('DELETE', path, { confirm: ` ${confirm} ` })).status, 204);
    assertError(await test.owner.call('DELETE', path, { confirm }), 404, 'NOT_FOUND');
    assertError(
      await test.owner.call('POST', `${path}/credits`, { amount_usd: 1, reason: 'x' }),
      404,
      'NOT_FOUND',
    );
    assertError(await person.call('GET', '/agents'), 401, 'UNAUTHORIZED');
    const log = await test.owner.call('GET', `/audit?object_id=${person.accountId}&action=account.deleted`);
    assert.equal(at(log.body, 'total'), 1);
    assert.equal(log.field('entries.0.actor.name'), test.owner.email);
    await untilErased(test, person.accountId);
  });

  it('asked for twice at once happens once', async () => {
    const person = await test.addAccount();
    await talk(test, person);
    const confirm = await nameOf(test, person);
    const replies = await Promise.all([
      person.call('DELETE', '/account', { confirm }),
      person.call('DELETE', '/account', { confirm }),
      test.owner.call('DELETE', `/accounts/${person.accountId}`, { confirm }),
    ]);
    const statuses = replies.map(({ status }) => status).sort();
    assert.equal(statuses[0], 204, statuses.join());
    for (const status of statuses.slice(1)) assert.ok([401, 404].includes(status), statuses.join());
    await untilErased(test, person.accountId);
    for (const action of ['account.deleted', 'account.erased']) {
      const log = await test.owner.call('GET', `/audit?object_id=${person.accountId}&action=${action}`);
      assert.equal(at(log.body, 'total'), 1, action);
    }
  });

  it('takes the name as it is read: blanks that a page folds, and letters however they are composed', async () => {
    for (const [name, confirm] of [
      ['Zoe\u0301  and  Co', ' Zo\u00e9 and Co '],
      ['Zo\u00e9\u00a0Ltd', 'Zoe\u0301 Ltd'],
    ]) {
      const person = await test.addAccount();
      const path = `/accounts/${person.accountId}`;
      assert.equal((await test.owner.call('PATCH', path, { name })).status, 200);
      assertInvalid(await person.call('DELETE', '/account', { confirm: 'Zoe and Co' }), 'confirm');
      assert.equal((await person.call('DELETE', '/account', { confirm })).status, 204);
    }
  });

  it('leaves room for those who come after with the same name', async () => {
    const first = await test.addAccount();
    const name = await nameOf(test, first);
    const second = await test.addAccount();
    await test.owner.call('PATCH', `/accounts/${second.accountId}`, { name });
    assert.equal((await remove(first)).status, 204);
    assert.equal((await second.call('GET', '/agents')).status, 200);
  });
});

describe('what an account that is deleted was about to do by itself', () => {
  const time = manualTime(Date.parse('2027-03-01T12:00:00Z'));
  let test: TestApp;
  let receiver: WebhookReceiver;
  before(async () => {
    receiver = await startWebhookReceiver();
    const settings = { MUSTER_TOOL_ALLOW_HOSTS: receiver.host };
    test = await startTestApp(settings, { clock: time.clock, timers: time.timers });
  });
  after(async () => {
    await test.close();
    await receiver.close();
  });

  it('is not done: no schedule starts its crew, and no webhook is told what waited for it', async () => {
    const [gone, stays] = [await test.addAccount(), await test.addAccount()];
    receiver.answer(500);
    for (const [person, path] of [
      [gone, '/gone'],
      [stays, '/stays'],
    ] as const) {
      const events = ['conversation.message', 'job.completed'];
      const made = await person.call('POST', '/webhooks', { url: receiver.url + path, events });
      assert.equal(made.status, 201, made.text);
      const { crewId } = await createCrew(person);
      await person.call('POST', '/schedules', { crew_id: crewId, cron: '*/10 * * * *', inputs: {} });
      await talk(test, person);
    }
    const told = (path: string) => receiver.received.filter((message) => message.path.endsWith(path)).length;
    const tries = async (path: string, count: number): Promise<void> => {
      await until(`${count} messages to ${path}`, () => {
        time.advance(1_000);
        return told(path) >= count;
      });
    };
    await Promise.all([tries('/gone', 1), tries('/stays', 1)]);
    const confirm = await nameOf(test, gone);
    assert.equal((await gone.call('DELETE', '/account', { confirm })).status, 204);
    const toldBefore = told('/gone');
    receiver.answer(204);
    time.advance(20 * 60_000);
    // What the other account waits for comes: its message again, and the end of a job that its schedule has begun.
    await tries('/stays', 3);
    assert.equal(told('/gone'), toldBefore);
    await untilErased(test, gone.accountId);
  });
});
