import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { billingInvariants } from '../../src/billing/index.ts';
import { checkInvariants } from '../../src/db/index.ts';
import { manualTime } from '../../src/testing/manual-time.ts';
import { PASSWORD, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

/** A POST whose body ends when it is told to; resolves to the status of its reply then. */
async function beginPost(
  test: TestApp,
  { token }: Pick<Person, 'token'>,
  path: string,
  body: object,
): Promise<() => Promise<number>> {
  const { hostname, port } = new URL(test.url);
  const json = JSON.stringify(body);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const lines = [
    ...[`POST ${path} HTTP/1.1`, `host: ${hostname}`, 'connection: close', 'expect: 100-continue'],
    ...[`authorization: Bearer ${token}`, 'content-type: application/json', `content-length: ${json.length}`],
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  // The server has the headers when it asks for the rest.
  await once(socket, 'readable');
  assert.match(String(socket.read()), /^HTTP\/1.1 100 /);
  socket.write(json.slice(0, 5));
  return async () => {
    socket.write(json.slice(5));
    return Number(/^HTTP\/1.1 (\d{3})/.exec(await text(socket))?.[1]);
  };
}

async function deleteAccount(test: TestApp, person: Person): Promise<void> {
  const path = `/accounts/${person.accountId}`;
  const confirm = (await test.owner.call('GET', path)).field('name');
  assert.equal((await person.call('DELETE', '/account', { confirm })).status, 204);
}

async function problemsOf({ app: { db } }: TestApp): Promise<string[]> {
  return (await checkInvariants(db, billingInvariants)).flatMap(({ problems }) => problems);
}

describe('what comes late to an account that was deleted', () => {
  const time = manualTime(Date.parse('2027-03-01T12:00:00Z'));
  let test: TestApp;
  before(async () => {
    test = await startTestApp({}, { clock: time.clock, timers: time.timers });
  });
  after(() => test.close());

  const isErased = async ({ accountId }: Person): Promise<boolean> => {
    const { db } = test.app;
    const found = db.build.selectFrom('accounts').select('status').where('id', '=', accountId);
    return (await db.first(found))?.status === 'deleted';
  };

  it('is no credit: what was asked for before is refused, and the books stay right', async () => {
    const person = await test.addAccount();
    const twin = await test.openSandbox(person);
    const credit = { amount_usd: 7, reason: 'late' };
    const endings = await Promise.all([
      beginPost(test, twin, '/api/v1/billing/credits', credit),
      beginPost(test, test.owner, `/api/v1/accounts/${person.accountId}/credits`, credit),
    ]);
    await deleteAccount(test, person);
    await until('the account to be erased', () => isErased(person));
    for (const end of endings) assert.ok([401, 404].includes(await end()));
    assert.deepEqual(await problemsOf(test), []);
    time.advance(1_000);
    assert.deepEqual(await problemsOf(test), []);
  });

  it('is answered as to anybody who has no credential, wherever its body was under way', async () => {
    const person = await test.addAccount();
    const { key } = await test.createKey(person);
    const email = 'slow@example.com';
    const admission = [
      ...[
        ['/users', { email, role: 'viewer' }],
        ['/agents', { name: 'Slow', model: 'sandbox' }],
        ['/agent-keys', { name: 'Slow' }],
        ['/webhooks', { url: 'https://example.com/', events: ['job.completed'] }],
      ].map(([path, body]) => ({ token: person.token, path: `/api/v1${path}`, body })),
      {
        token: key,
        path: '/api/agents/v1/chat/completions',
        body: { model: 'x', messages: [{ role: 'user', content: 'x' }] },
      },
    ];
    const endings = await Promise.all(
      admission.map(({ token, path, body }) => beginPost(test, { token }, path, Object(body))),
    );
    const other = await test.addAccount();
    const unhurt = await beginPost(test, other, '/api/v1/users', {
      email: 'goes@example.com',
      role: 'viewer',
    });
    await deleteAccount(test, person);
    assert.deepEqual(
      await Promise.all(endings.map((end) => end())),
      admission.map(() => 401),
    );
    assert.equal((await other.call('POST', '/users', { email, role: 'viewer' })).status, 201);
    assert.equal(await unhurt(), 201);
  });

  it('makes nobody and no key at the very moment either, and leaves their emails free', async () => {
    const [person, other] = [await test.addAccount(), await test.addAccount()];
    const twin = await test.openSandbox(person);
    const emails = Array.from({ length: 8 }, (_, index) => `beside-${index}@example.com`);
    const add = (to: Person, email: string) =>
      to.call('POST', '/users', { email, role: 'viewer', password: PASSWORD });
    const beside = Promise.all([
      ...emails.map((email) => add(person, email)),
      ...[person, twin, person, twin].map((who) => who.call('POST', '/agent-keys', { name: 'Beside' })),
      ...[person, person].map((who) => who.call('POST', '/sandbox/tokens')),
    ]);
    await deleteAccount(test, person);
    for (const { status, text } of await beside) assert.ok([201, 401].includes(status), text);
    for (const email of emails) assert.equal((await add(other, email)).status, 201, email);
    await until('every key to be gone', async () => {
      const keys = test.app.db.build.selectFrom('agent_keys').select('id');
      const ids = [person.accountId, twin.accountId];
      return (await test.app.db.first(keys.where('account_id', 'in', ids))) === undefined;
    });
  });

  it('lets nobody in who was signing in or renewing a session meanwhile, and accuses nobody of theft', async () => {
    const person = await test.addAccount();
    const login = { email: person.email, password: PASSWORD };
    const renewal = { refresh_token: person.refreshToken };
    const meanwhile = Promise.all([
      ...[1, 2, 3, 4].map(() => test.request('POST', '/api/v1/auth/login', { body: login })),
      ...[1, 2, 3, 4].map(() => test.request('POST', '/api/v1/auth/session', { body: login })),
      test.request('POST', '/api/v1/auth/refresh', { body: renewal }),
    ]);
    await deleteAccount(test, person);
    for (const { status, text } of await meanwhile) assert.ok([200, 201, 204, 401].includes(status), text);
    const { db } = test.app;
    const log = db.build.selectFrom('audit_log').select('action').where('account_id', '=', person.accountId);
    const actions = (await db.all(log)).map(({ action }) => action);
    assert.ok(actions.includes('account.deleted'));
    assert.ok(!actions.includes('session.reuse-detected'));
  });

  it('goes again, with the credit that it moved', async () => {
    const person = await test.addAccount();
    await deleteAccount(test, person);
    await until('the account to be erased', () => isErased(person));
    const { db } = test.app;
    const entry = { account_id: person.accountId, kind: 'grant', amount_nano_usd: 7n, created_at: 1 };
    await db.write([
      db.statement(db.build.insertInto('ledger').values({ ...entry, id: 'late', reason: 'late' })),
      db.statement(
        db.build.updateTable('accounts').set({ balance_nano_usd: 7n }).where('id', '=', person.accountId),
      ),
    ]);
    await until('the ledger to be empty', async () => {
      time.advance(1_000);
      const ledger = db.build.selectFrom('ledger').select('id').where('account_id', '=', person.accountId);
      return (await db.first(ledger)) === undefined;
    });
    assert.deepEqual(await problemsOf(test), []);
  });
});
