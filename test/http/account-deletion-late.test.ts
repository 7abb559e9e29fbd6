import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { billingInvariants } from '../../src/billing/index.ts';
import { checkInvariants } from '../../src/db/index.ts';
import { manualTime } from '../../src/testing/manual-time.ts';
import { type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
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
    for (const end of endings) assert.match(String(await end()), /^40[14]$/);
    assert.deepEqual(await problemsOf(test), []);
    time.advance(1_000);
    assert.deepEqual(await problemsOf(test), []);
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
