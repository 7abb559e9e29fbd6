import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { unpackTar } from 'modern-tar';
import pg from 'pg';
import { type PostgresServer, startPostgresServer } from '../../src/testing/postgres-server.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { createCrew, endOf, startJob } from '../http/objects.ts';
import { type Muster, musterWith } from './run-muster.ts';

const DOCUMENT = '# Returns\n\nGoods can be returned within 42 days of delivery.\n';
const PATHS = ['/billing', '/usage', '/agents', '/conversations', '/executions', '/usage/summary', '/crews'];

describe('muster on the data in PostgreSQL', () => {
  const folder = tempFolder();
  const path = (name: string) => join(folder.path, name);
  let postgres: PostgresServer;
  let test: TestApp;
  let agent: string;
  let key: string;
  let muster: Muster;
  const on = (database: string, home = path('home')) =>
    musterWith({ MUSTER_HOME: home, DATABASE_URL: postgres.url(database) });

  before(async () => {
    postgres = await startPostgresServer();
    await sql('postgres', 'CREATE DATABASE live');
    muster = on('live');
    test = await startTestApp({ MUSTER_HOME: path('home'), DATABASE_URL: postgres.url('live') });
    const { owner } = test;
    agent = await test.createAgent(owner, { tools: ['calculator'] });
    ({ key } = await test.createKey(owner, { daily_limit_usd: 5 }));
    await owner.call('POST', '/providers', {
      ...{ name: 'mine', kind: 'openai-compatible', base_url: 'https://models.example.com/v1' },
      api_key: 'secret',
    });
    const added = await owner.call('POST', `/agents/${agent}/documents`, { name: 'r.md', text: DOCUMENT });
    await test.app.knowledge.waitUntilSettled(owner.accountId, added.field('documents.0.id'));
    const { crewId } = await createCrew(owner);
    await endOf(owner, await startJob(owner, crewId));
    await chat(test, 'What is 6 * 7? ünïcode 🐻 "quoted"');
  });
  after(async () => {
    await test.close();
    await postgres.remove();
    folder.remove();
  });

  async function sql(database: string, text: string): Promise<void> {
    const client = new pg.Client(postgres.url(database));
    await client.connect();
    await client.query(text);
    await client.end();
  }
  async function chat(on: TestApp, content: string): Promise<string> {
    const body = { model: agent, messages: [{ role: 'user', content }] };
    const reply = await on.request('POST', '/api/agents/v1/chat/completions', { token: key, body });
    assert.equal(reply.status, 200, reply.text);
    return reply.text;
  }
  const lookAt = async ({ owner }: TestApp) => {
    const paths = [...PATHS, `/agents/${agent}/documents`];
    return Promise.all(paths.map(async (each) => (await owner.call('GET', each)).body));
  };
  const whileBusy = async <T>(work: () => Promise<T>): Promise<T> => {
    let isDone = false;
    const busy = Array.from({ length: 4 }, async () => {
      while (!isDone) await chat(test, 'Note this');
    });
    const result = await work();
    isDone = true;
    await Promise.all(busy);
    return result;
  };

  it('doctor finds nothing wrong with a server at work, looks at everything, and changes nothing', async () => {
    const { code, stdout } = await whileBusy(() => muster(['doctor', '--json']));
    assert.equal(code, 0, stdout);
    const report: unknown = JSON.parse(stdout);
    assert.equal(at(report, 'ok'), true);
    assert.match(String(at(report, 'data')), /^127\.0\.0\.1:\d+\/live$/);
    const checks = at(report, 'checks');
    assert.ok(Array.isArray(checks) && checks.length > 25);
    const counts = new Map(checks.map((check) => [at(check, 'name'), Number(at(check, 'count'))]));
    for (const name of [
      'The balance of each account is the sum of its ledger',
      'The events of each job are dense from 1',
      'Each document has its uploaded file',
      'The stored keys of providers open with the secret key',
      'The audit log of each account is as it was written',
    ]) {
      assert.ok(Number(counts.get(name)) > 0, name);
    }
  });

  it('doctor names what is wrong, whatever it is, and checks all the rest', async () => {
    const damages: [check: string, damage: string][] = [
      ['The balance of each account', 'UPDATE accounts SET balance_nano_usd = balance_nano_usd + 1'],
      ['The events of each job are dense', 'DELETE FROM job_events WHERE seq = 2'],
      ['Each document has its uploaded file', "UPDATE uploads SET bytes = 'x'"],
      ['Each passage stands in the search index', 'DELETE FROM chunk_words'],
      ['What is held of each account', 'It could not be checked: '],
      ['PostgreSQL holds its pages', 'ALTER TABLE usage DISABLE TRIGGER usage_rolls_up'],
    ];
    await sql('postgres', 'CREATE DATABASE broken TEMPLATE template0');
    const keyless = path('keyless.tar');
    const backup = await muster(['backup', keyless]);
    assert.match(backup.stderr, /secret\.key is not in it/);
    assert.equal((await on('broken')(['restore', keyless])).code, 0);
    for (const [, damage] of damages) if (!damage.startsWith('It could')) await sql('broken', damage);
    await sql('broken', 'ALTER TABLE holds RENAME COLUMN amount_nano_usd TO other');
    const { code, stdout, stderr } = await on('broken')(['doctor', '--json']);
    assert.equal(code, 1);
    const found = Object(JSON.parse(stdout)).checks.filter((check: unknown) => {
      const problems = at(check, 'problems');
      return Array.isArray(problems) && problems.length > 0;
    });
    const names = found.map((check: unknown) => String(at(check, 'name')));
    for (const [name] of damages) {
      assert.ok(
        names.some((each: string) => each.startsWith(name)),
        `${name}: found ${names}`,
      );
    }
    assert.ok(!names.includes('Each agent is as its newest version was saved'));
    assert.match(stderr, /checks of \d+ failed on 127\.0\.0\.1:\d+\/broken/);
  });

  it('backs up a server at work; the file goes to a folder and to another database, each with all that was there', async () => {
    const file = path('busy.tar');
    const made = await whileBusy(() => muster(['backup', file, '--with-secret-key']));
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stderr, /secret key is in it/);
    const names = (await unpackTar(readFileSync(file))).map(({ header }) => header.name);
    assert.match(names.join(), /^manifest\.json,muster\.db,uploads\/doc_\w+,secret\.key$/);

    // Nothing has been written since, but by those who were at work then.
    const still = path('still.tar');
    assert.equal((await muster(['backup', still, '--with-secret-key'])).code, 0);
    const seen = await lookAt(test);
    await sql('postgres', 'CREATE DATABASE other');
    const toOther = await on('other', path('other-home'))(['restore', still]);
    assert.equal(toOther.code, 0, toOther.stderr);
    const toFolder = await musterWith({ MUSTER_HOME: path('folder') })(['restore', still]);
    assert.equal(toFolder.code, 0, toFolder.stderr);
    assert.deepEqual(readdirSync(path('folder')).toSorted(), ['muster.db', 'secret.key', 'uploads']);
    for (const environment of [
      { MUSTER_HOME: path('other-home'), DATABASE_URL: postgres.url('other') },
      { MUSTER_HOME: path('folder') },
    ]) {
      const checked = await musterWith(environment)(['doctor']);
      assert.equal(checked.code, 0, checked.stdout + checked.stderr);
      const restored = await startTestApp(environment);
      try {
        assert.deepEqual(await lookAt(restored), seen);
        assert.match(await chat(restored, 'How long can goods be returned?'), /42 days/);
      } finally {
        await restored.close();
      }
    }
  });

  it('says in one line what stands in the way', async () => {
    const file = path('still.tar');
    await sql('postgres', 'CREATE DATABASE empty');
    const away = musterWith({ MUSTER_HOME: path('home'), DATABASE_URL: 'postgres://x@127.0.0.1:1/gone' });
    for (const [outcome, complaint] of [
      [await muster(['restore', file]), /holds Muster data already/],
      [await on('empty')(['doctor']), /no Muster data in the database at 127\.0\.0\.1:\d+\/empty/],
      [await on('empty')(['backup', path('never.tar')]), /no Muster data in the database/],
      [await away(['doctor']), /127\.0\.0\.1:1\/gone could not be checked: .*ECONNREFUSED/],
      [await away(['backup', path('never.tar')]), /was not made: .*ECONNREFUSED/],
      [await away(['restore', file]), /did not happen: .*ECONNREFUSED/],
    ] as const) {
      assert.equal(outcome.code, 1);
      assert.match(outcome.stderr, complaint);
      assert.equal(outcome.stderr.trim().split('\n').length, 1, outcome.stderr);
    }
    assert.ok(!readdirSync(folder.path).includes('never.tar'));
  });
});
