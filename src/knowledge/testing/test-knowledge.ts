import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { type Database, openSqliteDatabase } from '../../db/index.ts';
import { systemClock } from '../../lib/clock.ts';
import { createGuardedHttp } from '../../lib/guarded-http/index.ts';
import { createIds } from '../../lib/ids.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { createKnowledge } from '../create-knowledge.ts';
import type { ExtractorLimits } from '../extract/extractor.ts';
import type { DocumentSummary, Knowledge, NewDocument } from '../types.ts';

export const ACCOUNT = 'acct_one';
export const OTHER_ACCOUNT = 'acct_two';
export const AGENT = 'agent_one';

export interface TestKnowledge {
  readonly db: Database;
  readonly home: string;
  readonly knowledge: Knowledge;
  /** Adds a document and waits until it is ready or failed. */
  add(document: NewDocument, agentId?: string, accountId?: string): Promise<DocumentSummary>;
  /** Rows of the database, for checks of what is left behind. */
  count(table: 'documents' | 'document_texts' | 'chunks'): Promise<number>;
}

/** The room on a real database in a folder of its own, both gone when the test ends. */
export async function openTestKnowledge(
  t: TestContext,
  extractorLimits: ExtractorLimits = {},
): Promise<TestKnowledge> {
  const home = await mkdtemp(join(tmpdir(), 'muster-knowledge-'));
  const { db, close } = await openTestDatabase();
  await addAccounts(db);
  const knowledge = openRoom(db, home, extractorLimits);
  t.after(async () => {
    await knowledge.close();
    await close();
    await rm(home, { recursive: true });
  });
  return {
    db,
    home,
    knowledge,
    async add(document, agentId = AGENT, accountId = ACCOUNT) {
      const { id } = await knowledge.addDocument(accountId, agentId, document);
      const settled = await knowledge.waitUntilSettled(accountId, id);
      if (!settled) throw new Error('The document was deleted');
      return settled;
    },
    async count(table) {
      const row = await db.first(db.build.selectFrom(table).select((e) => e.fn.countAll<number>().as('n')));
      return row?.n ?? 0;
    },
  };
}

/** A data folder with the two accounts in its database. */
export async function makeTestHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'muster-knowledge-'));
  const db = await openSqliteDatabase(join(home, 'muster.db'));
  await addAccounts(db);
  await db.close();
  return home;
}

async function addAccounts(db: Database): Promise<void> {
  const account = { tier: 'free', status: 'active', balance_nano_usd: 0n, held_nano_usd: 0n, created_at: 0 };
  await db.write(
    [ACCOUNT, OTHER_ACCOUNT].map((id) =>
      db.statement(db.build.insertInto('accounts').values({ id, name: id, ...account })),
    ),
  );
}

/** A room on a database and folder that may have been used by another, as after a restart. */
export function openRoom(db: Database, home: string, extractorLimits: ExtractorLimits = {}): Knowledge {
  const logger = pino({ level: 'silent' });
  const guardedHttp = createGuardedHttp({ allowHosts: [] });
  return createKnowledge({
    db,
    clock: systemClock,
    ids: createIds(),
    logger,
    guardedHttp,
    home,
    extractorLimits,
  });
}
