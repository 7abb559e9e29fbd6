import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Database } from '../../db/index.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { createThreadBrowser } from './browse-threads.ts';
import { MAX_SEARCHED } from './search-threads.ts';

const CHUNK = 1_000;

describe('a search among more conversations than are searched', () => {
  let opened: Awaited<ReturnType<typeof openTestDatabase>>;
  before(async () => {
    opened = await openTestDatabase();
    const { db } = opened;
    const account = { id: 'acct_1', name: 'Mine', tier: 'enterprise', status: 'active', created_at: 0 };
    const money = { balance_nano_usd: 0n, held_nano_usd: 0n };
    await db.write([db.statement(db.build.insertInto('accounts').values({ ...account, ...money }))]);
  });
  after(() => opened.close());

  /** One a millisecond, from `from` on. */
  async function insert(db: Database, from: number, count: number): Promise<void> {
    for (let first = from; first < from + count; first += CHUNK) {
      const rows = Array.from({ length: Math.min(CHUNK, from + count - first) }, (_, index) => {
        const time = first + index;
        return {
          ...{ id: `conv_${time}`, account_id: 'acct_1', agent_id: 'agent_1', title: `Title ${time}.` },
          ...{ newest_turn_id: '', turn_count: 0, end_user: null, created_at: time, updated_at: time },
        };
      });
      await db.write([db.statement(db.build.insertInto('conversations').values(rows))]);
    }
  }

  it('says in how many it has looked for what was said, and looks at the titles of all', async () => {
    const browser = createThreadBrowser(opened.db, { forgetConversation: async () => [] });
    const find = (search: string) => browser.listConversations('acct_1', { search }, { page: 1, limit: 5 });
    await insert(opened.db, 1, MAX_SEARCHED);
    assert.equal((await find('title 1.')).searched, undefined, 'all of them');
    await insert(opened.db, MAX_SEARCHED + 1, 1);
    const { searched, conversations } = await find('title 1.');
    assert.equal(searched, MAX_SEARCHED);
    assert.deepEqual(
      conversations.map(({ id }) => id),
      ['conv_1'],
    );
    assert.equal((await find('')).searched, undefined, 'nothing was looked for');
  });
});
