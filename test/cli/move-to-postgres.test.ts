import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type PostgresServer, startPostgresServer } from '../../src/testing/postgres-server.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { createCrew, endOf, startJob } from '../http/objects.ts';
import { musterWith, type Outcome } from './run-muster.ts';

const DOCUMENT = '# Returns\n\nGoods can be returned within 42 days of delivery.\n';

/** What an owner sees of their account. */
async function lookAt({ owner }: TestApp, agent: string): Promise<unknown[]> {
  const paths = [
    '/billing',
    '/usage',
    '/agents',
    '/conversations',
    '/executions',
    '/usage/summary',
    '/crews',
  ];
  const replies = [];
  for (const path of [...paths, `/agents/${agent}/documents`]) {
    const { status, body } = await owner.call('GET', path);
    assert.equal(status, 200, path);
    replies.push(body);
  }
  return replies;
}

describe('muster move-to-postgres', () => {
  const home = tempFolder();
  let postgres: PostgresServer;
  let agent: string;
  let key: string;
  let seenBefore: unknown[];
  let moved: Outcome;
  const move = (environment: Record<string, string> = {}) =>
    musterWith({ MUSTER_HOME: home.path, DATABASE_URL: postgres.url(), ...environment })([
      'move-to-postgres',
    ]);

  before(async () => {
    postgres = await startPostgresServer();
    const test = await startTestApp({ MUSTER_HOME: home.path });
    const { owner } = test;
    agent = await test.createAgent(owner, { tools: ['calculator'] });
    ({ key } = await test.createKey(owner));
    const added = await owner.call('POST', `/agents/${agent}/documents`, { name: 'r.md', text: DOCUMENT });
    await test.app.knowledge.waitUntilSettled(owner.accountId, added.field('documents.0.id'));
    const body = {
      model: agent,
      messages: [{ role: 'user', content: 'What is 6 * 7? ünïcode 🐻 "quoted"' }],
    };
    const turn = await test.request('POST', '/api/agents/v1/chat/completions', { token: key, body });
    assert.equal(turn.status, 200);
    const { crewId } = await createCrew(owner);
    await endOf(owner, await startJob(owner, crewId));
    seenBefore = await lookAt(test, agent);
    const whileRunning = await move();
    assert.equal(whileRunning.code, 1);
    assert.match(whileRunning.stderr, /in use by another Muster/);
    await test.close();
    moved = await move();
  });
  after(async () => {
    await postgres.remove();
    home.remove();
  });

  it('copies everything and says what it compared and how to go back', () => {
    assert.equal(moved.code, 0, moved.stderr);
    assert.match(
      moved.stderr,
      /Moved \d+ rows of \d+ tables, indexed \d+ chunks? and copied 1 uploaded file\. Rows and sums of money/,
    );
    assert.match(moved.stderr, /To go back, start without DATABASE_URL/);
  });

  it('leaves an owner with the same account, whose agents answer from their documents', async () => {
    const test = await startTestApp({ MUSTER_HOME: home.path, DATABASE_URL: postgres.url() });
    try {
      assert.deepEqual(await lookAt(test, agent), seenBefore);
      const search = await test.owner.call('POST', `/agents/${agent}/search`, { query: 'returned goods' });
      assert.match(search.text, /42 days/);
      const body = { model: agent, messages: [{ role: 'user', content: 'How long can goods be returned?' }] };
      const turn = await test.request('POST', '/api/agents/v1/chat/completions', { token: key, body });
      assert.equal(turn.status, 200, turn.text);
      assert.match(turn.text, /42 days/);
    } finally {
      await test.close();
    }
  });

  it('refuses a database that holds data, and leaves the folder as it was', async () => {
    const again = await move();
    assert.equal(again.code, 1);
    assert.match(again.stderr, /holds Muster data already/);
    const test = await startTestApp({ MUSTER_HOME: home.path });
    try {
      assert.deepEqual(await lookAt(test, agent), seenBefore);
    } finally {
      await test.close();
    }
  });

  it('says what is missing when no database is named', async () => {
    const outcome = await move({ DATABASE_URL: '' });
    assert.equal(outcome.code, 2);
    assert.match(outcome.stderr, /Set DATABASE_URL/);
  });
});
