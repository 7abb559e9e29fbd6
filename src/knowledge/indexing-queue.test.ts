import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { ALONE } from '../db/index.ts';
import { systemClock } from '../lib/clock.ts';
import { until } from '../testing/until.ts';
import type { ExtractedDocument } from './extract/extractor.ts';
import { createIndexingQueue } from './indexing-queue.ts';
import { SMALL_FILE_BYTES } from './limits.ts';
import { createPostgresSearchIndex } from './postgres-search-index.ts';
import { createSqliteSearchIndex } from './sqlite-search-index.ts';
import { createDocumentStore } from './store.ts';
import { ACCOUNT, AGENT, openTestKnowledge } from './testing/test-knowledge.ts';
import { createUploadFiles } from './upload-files.ts';
import { createUploadRows } from './upload-rows.ts';

const EXTRACTED: ExtractedDocument = { text: 'x', chunks: [{ start: 0, end: 1, heading: '' }] };

test('a small document does not wait for the large ones before it, of which one is read at a time', async (t) => {
  const { db, home, knowledge } = await openTestKnowledge(t);
  // What is added stays in the queue.
  await knowledge.close();
  const sizes = { 'large.txt': SMALL_FILE_BYTES + 1, 'larger.txt': SMALL_FILE_BYTES + 2, 'small.txt': 100 };
  for (const [name, size] of Object.entries(sizes))
    await knowledge.addDocument(ACCOUNT, AGENT, { name, text: 'x'.repeat(size) });
  const statuses = async () => {
    const { documents } = await knowledge.listDocuments(ACCOUNT, AGENT);
    return Object.fromEntries(documents.map(({ name, status }) => [name, status]));
  };

  const large = Promise.withResolvers<void>();
  const isSqlite = db.dialect === 'sqlite';
  const queue = createIndexingQueue(
    {
      db,
      clock: systemClock,
      store: createDocumentStore(db, ALONE),
      files: isSqlite ? createUploadFiles(join(home, 'uploads')) : createUploadRows(db),
      searchIndex: isSqlite ? createSqliteSearchIndex(db) : createPostgresSearchIndex(db),
      logger: pino({ level: 'silent' }),
      createExtractor: () => ({
        async extract(_type, bytes) {
          if (bytes.length > SMALL_FILE_BYTES) await large.promise;
          return EXTRACTED;
        },
        close: async () => undefined,
      }),
    },
    () => undefined,
  );
  t.after(() => {
    large.resolve();
    return queue.close();
  });
  queue.wake();

  await until('the small document', statuses, (seen) => seen['small.txt'] === 'ready');
  const expected = { 'large.txt': 'indexing', 'larger.txt': 'queued', 'small.txt': 'ready' };
  await until('one large document in hand', statuses, (seen) => seen['large.txt'] === 'indexing');
  assert.deepEqual(await statuses(), expected);
  large.resolve();
  await until('all of them', statuses, (seen) => Object.values(seen).every((status) => status === 'ready'));
});
