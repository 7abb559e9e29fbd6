import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { unpackTar } from 'modern-tar';
import { createAudit } from '../audit/index.ts';
import { type Database, SnapshotOver } from '../db/index.ts';
import { systemClock } from '../lib/clock.ts';
import { createIds } from '../lib/ids.ts';
import { type Person, startTestApp, type TestApp } from '../testing/test-app.ts';
import { createAccountExporter } from './export-account.ts';

const NOTE = 'not-of-one-moment.txt';

describe('an export of an account that is changed meanwhile', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  async function talk(person: Person): Promise<string> {
    const model = await test.createAgent(person);
    const reply = await test.request('POST', '/api/agents/v1/chat/completions', {
      token: person.token,
      body: { model, messages: [{ role: 'user', content: 'Hello' }] },
    });
    return reply.field('conversation_id');
  }

  /** The files by their names, with `onScan` called before each query of the snapshot. */
  async function read({ accountId }: Person, onScan: (sql: string) => Promise<void>) {
    const { db, accounts, knowledge } = test.app;
    const watched: Pick<Database, 'build' | 'scan' | 'snapshot'> = {
      build: db.build,
      scan: (query) => db.scan(query),
      async snapshot(maxMs) {
        const snapshot = await db.snapshot(maxMs);
        return {
          close: () => snapshot.close(),
          async scan(query) {
            await onScan(query.compile().sql);
            return snapshot.scan(query);
          },
        };
      },
    };
    const audit = createAudit({ db, clock: systemClock, ids: createIds() });
    const make = createAccountExporter({ db: watched, clock: systemClock, accounts, audit, knowledge });
    const entries = await unpackTar(Buffer.concat(await Array.fromAsync(make(accountId))), { strict: true });
    return new Map(
      entries.map(({ header, data }) => [
        header.name.slice(accountId.length + 1),
        Buffer.from(data ?? []).toString(),
      ]),
    );
  }
  const rows = (text: string | undefined): Record<string, unknown>[] =>
    (text ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));

  it('has what there was when it began: no message without its conversation, no sum without its lines', async () => {
    const person = await test.addAccount();
    const [kept, deleted] = [await talk(person), await talk(person)];
    let isChanged = false;
    const files = await read(person, async (sql) => {
      if (isChanged || !/from "?conversations/i.test(sql)) return;
      isChanged = true;
      await talk(person);
      assert.equal((await person.call('DELETE', `/conversations/${deleted}`)).status, 204);
      await test.owner.call('POST', `/accounts/${person.accountId}/credits`, { amount_usd: 1, reason: 'x' });
    });
    assert.ok(isChanged);
    const conversations = rows(files.get('conversations.ndjson')).map(({ id }) => id);
    assert.deepEqual(new Set(conversations), new Set([kept, deleted]));
    const turns = rows(files.get('turns.ndjson'));
    assert.deepEqual(new Set(turns.map(({ conversation_id }) => conversation_id)), new Set([kept, deleted]));
    const { balance_usd } = JSON.parse(files.get('account.json') ?? '');
    const ledger = rows(files.get('ledger.ndjson')).map(({ amount_usd }) => Number(amount_usd));
    assert.equal(
      ledger.reduce((sum, amount) => sum + amount, 0),
      balance_usd,
    );
    assert.ok(!files.has(NOTE));
    const later = await read(person, async () => undefined);
    assert.equal(rows(later.get('conversations.ndjson')).length, 2);
    assert.ok(!(later.get('conversations.ndjson') ?? '').includes(deleted));
  });

  it('goes on with what it finds, and says so, when it takes longer than a snapshot lasts', async () => {
    const person = await test.addAccount();
    const conversation = await talk(person);
    const whole = await read(person, async () => undefined);
    const files = await read(person, async (sql) => {
      if (/from "?turns/i.test(sql)) throw new SnapshotOver();
    });
    assert.match(files.get(NOTE) ?? '', /were when they were read/);
    assert.deepEqual(
      rows(files.get('turns.ndjson')).map(({ conversation_id }) => conversation_id),
      [conversation],
    );
    assert.deepEqual(new Set(files.keys()), new Set([...whole.keys(), NOTE]));
  });
});
