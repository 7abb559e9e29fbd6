import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { unpackTar } from 'modern-tar';
import { formatUsd } from '../../src/billing/index.ts';
import { type Database, EXPORTED_TABLES, exportLines } from '../../src/db/index.ts';
import { at, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { testDialect } from '../../src/testing/test-database.ts';
import { until } from '../../src/testing/until.ts';
import { addDocument, createCrew, endOf, startJob, talk } from './objects.ts';
import { assertError } from './replies.ts';

const PATH = '/api/v1/account/export';
const MEGABYTE = 1_000_000;

describe('an export is whole, and made a little at a time', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const respond = (token: string, body: object) =>
    test.request('POST', '/api/agents/v1/responses', { token, body });
  const rowsOf = async (person: Person, table: string): Promise<Record<string, unknown>[]> =>
    (await textsOf(person, table))
      .join('')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const textsOf = (person: Person, name: string, db: Pick<Database, 'build' | 'scan'> = test.app.db) => {
    const exported = EXPORTED_TABLES.find(({ table }) => table === name);
    assert.ok(exported);
    return Array.fromAsync(exportLines(db, person.accountId, exported, formatUsd));
  };

  /** Responses that came to an end in every way there is. */
  async function respondInEveryWay(person: Person): Promise<string[]> {
    const model = await test.createAgent(person);
    const ended = await respond(person.token, { model, input: 'Good morning' });
    assert.equal(ended.status, 200, ended.text);
    const said = await respond(person.token, { model, input: 'Not kept', store: false });
    assert.equal(said.status, 200, said.text);
    await respond(person.token, { model, input: '[[fail 400]]' });
    const failing = await respond(person.token, { model, input: '[[fail 400]]', background: true });
    const waiting = await respond(person.token, { model, input: '[[wait 20000]]', background: true });
    const path = (id: string) => `/api/agents/v1/responses/${id}`;
    const { token } = person;
    const cancelled = await test.request('POST', `${path(waiting.field('id'))}/cancel`, { token });
    assert.equal(cancelled.status, 200, cancelled.text);
    for (const id of [failing.field('id'), waiting.field('id')]) {
      await until(
        'the response to end',
        () => test.request('GET', path(id), { token }),
        (reply) => !['queued', 'in_progress'].includes(String(at(reply.body, 'status'))),
      );
    }
    const deleted = await respond(token, { model, input: 'Forget me' });
    await test.request('DELETE', path(deleted.field('id')), { token });
    return ['cancelled', 'completed', 'deleted', 'failed', 'failed'];
  }

  it('has as many rows of every table as there are', async () => {
    const person = await test.addAccount();
    const statuses = await respondInEveryWay(person);
    const shown = await rowsOf(person, 'responses');
    assert.deepEqual(shown.map(({ status }) => status).toSorted(), statuses);
    await addDocument(person, await test.createAgent(person));
    await talk(test, person);
    await test.createKey(person);
    const { crewId } = await createCrew(person);
    await endOf(person, await startJob(person, crewId));
    const items = { crew_id: crewId, inputs: [{}, {}] };
    const batch = await person.call('POST', '/executions/batch', items);
    assert.equal(batch.status, 202, batch.text);
    await until(
      'the batch to end',
      () => person.call('GET', '/executions?limit=100'),
      (reply) => !/"(queued|running)"/.test(reply.text),
    );
    for (const { table } of EXPORTED_TABLES) {
      const count = sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(table)}
        WHERE account_id = ${person.accountId}`;
      const stored = await test.app.db.first({ compile: () => count.compile(test.app.db.build) });
      assert.equal((await rowsOf(person, table)).length, Number(stored?.n), table);
    }
    assert.equal((await rowsOf(person, 'execution_batches')).length, 1);
    const times = [...(await rowsOf(person, 'job_events')), ...(await rowsOf(person, 'ledger'))];
    for (const { at, created_at } of times) assert.match(String(at ?? created_at), /^\d{4}-.*T.*Z$/);
  });

  it('says money to the last digit, however much it is', async () => {
    const person = await test.addAccount();
    const { db } = test.app;
    const amount = db.build
      .updateTable('ledger')
      .set({ amount_nano_usd: 98_765_432_123_456_789n })
      .where('account_id', '=', person.accountId);
    await db.write([db.statement(amount)]);
    assert.match((await textsOf(person, 'ledger')).join(''), /"amount_usd":98765432\.123456789[,}]/);
  });

  it('reads some megabytes at once, and large rows one by one', async () => {
    const person = await test.addAccount();
    for (const size of [1.5, 1.5, 0.1, 0.1, 3.9, 0.1].map((share) => share * MEGABYTE)) {
      await talk(test, person, 'x'.repeat(size));
    }
    const texts = await textsOf(person, 'turns');
    assert.ok(texts.length >= 3, `${texts.length} pages`);
    for (const text of texts) {
      const lines = text.trimEnd().split('\n').length;
      assert.ok(text.length < 4.5 * MEGABYTE || lines === 1, `${lines} rows of ${text.length}`);
    }
    assert.equal((await rowsOf(person, 'turns')).length, 6);
  });

  it('walks through no table that others have rows in', { skip: testDialect !== 'sqlite' }, async () => {
    const person = await test.addAccount();
    await respondInEveryWay(person);
    const { crewId } = await createCrew(person);
    await endOf(person, await startJob(person, crewId));
    const { db } = test.app;
    const plans: string[] = [];
    const explained: Pick<Database, 'build' | 'scan'> = {
      build: db.build,
      async scan(query) {
        const compiled = query.compile();
        const plan = { ...compiled, sql: `EXPLAIN QUERY PLAN ${compiled.sql}` };
        // The same statement, whose rows are its plan.
        for (const step of await db.all<unknown>({ compile: () => plan })) {
          plans.push(`${at(step, 'detail')} <- ${compiled.sql}`);
        }
        return db.scan(query);
      },
    };
    for (const { table } of EXPORTED_TABLES) await textsOf(person, table, explained);
    assert.ok(plans.length > EXPORTED_TABLES.length);
    assert.deepEqual(
      plans.filter((step) => step.startsWith('SCAN')),
      [],
    );
    const byAnother =
      /^SEARCH (?!.*\((account_id|id|run_id|job_id|conversation_id|agent_id|webhook_id|delivery_id)=\?)/;
    assert.deepEqual(
      plans.filter((step) => byAnother.test(step)),
      [],
    );
  });

  it('is made once at a time for an account, and twice on a server', async () => {
    const people = [await test.addAccount(), await test.addAccount(), await test.addAccount()] as const;
    const [first, second, third] = people;
    // Files that no packing makes smaller, and of which the connection takes in a part until it is read.
    for (const person of [first, second]) {
      const agent = await test.createAgent(person);
      const bytes = Buffer.alloc(19 * MEGABYTE);
      for (let i = 0; i < bytes.length; i += 65_536) crypto.getRandomValues(bytes.subarray(i, i + 65_536));
      bytes.write('%PDF-1.7\n');
      const form = new FormData();
      form.append('file', new File([bytes], 'a.pdf'));
      const added = await person.call('POST', `/agents/${agent}/documents`, form);
      assert.equal(added.status, 201, added.text.slice(0, 300));
    }
    const open = (person: Person) =>
      fetch(test.url + PATH, { headers: { authorization: `Bearer ${person.token}` } });
    const opened = await open(first);
    const again = await first.call('GET', '/account/export');
    assertError(again, 429, 'RATE_LIMIT');
    assert.equal(again.headers.get('retry-after'), '30');
    const other = await open(second);
    const refused = await third.call('GET', '/account/export');
    assertError(refused, 503, 'SERVICE_UNAVAILABLE');
    assert.equal(refused.headers.get('retry-after'), '30');
    await other.body?.cancel();
    const names = (await unpackTar(gunzipSync(await opened.bytes()))).map(({ header }) => header.name);
    assert.ok(names.some((name) => name.endsWith('original.pdf')));
    const free = await until(
      'the places to be free again',
      () => open(first),
      ({ status }) => status === 200,
    );
    await free.body?.cancel();
  });
});
