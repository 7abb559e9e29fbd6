import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { ALONE } from '../db/index.ts';
import { systemClock } from '../lib/clock.ts';
import { commonErrors } from '../lib/errors.ts';
import { until } from '../testing/until.ts';
import { UnreadableDocument } from './extract/extraction.ts';
import type { ExtractedDocument, Extractor } from './extract/extractor.ts';
import type { IndexingLaneParts } from './indexing-lane.ts';
import { createIndexingQueue } from './indexing-queue.ts';
import { SMALL_FILE_BYTES } from './limits.ts';
import { createPostgresSearchIndex } from './postgres-search-index.ts';
import { recoverDocuments } from './recover-documents.ts';
import { createSqliteSearchIndex } from './sqlite-search-index.ts';
import { createDocumentStore } from './store.ts';
import { ACCOUNT, AGENT, openTestKnowledge, type TestKnowledge } from './testing/test-knowledge.ts';
import { createUploadFiles } from './upload-files.ts';
import { createUploadRows } from './upload-rows.ts';

const EXTRACTED: ExtractedDocument = { text: 'x', chunks: [{ start: 0, end: 1, heading: '' }] };

/** The parts of a queue on the room's data, as another process has them. */
function partsOn({ db, home }: TestKnowledge) {
  const isSqlite = db.dialect === 'sqlite';
  return {
    db,
    clock: systemClock,
    store: createDocumentStore(db, ALONE),
    files: isSqlite ? createUploadFiles(join(home, 'uploads')) : createUploadRows(db),
    searchIndex: isSqlite ? createSqliteSearchIndex(db) : createPostgresSearchIndex(db),
    logger: pino({ level: 'silent' }),
  };
}

/** A queue that reads with `extract`; closed when the test ends. */
function openQueue(
  t: TestContext,
  room: TestKnowledge,
  extract: Extractor['extract'],
  waits?: IndexingLaneParts['waits'],
) {
  const queue = createIndexingQueue(
    {
      ...partsOn(room),
      ...(waits && { waits }),
      createExtractor: () => ({ extract, close: async () => undefined }),
    },
    () => undefined,
  );
  t.after(() => queue.close());
  return queue;
}

/** Reads only once it is told to, or when it is aborted. */
function heldExtract() {
  const held = Promise.withResolvers<ExtractedDocument>();
  const reading = Promise.withResolvers<void>();
  const extract: Extractor['extract'] = (_type, _bytes, signal) => {
    reading.resolve();
    signal.addEventListener('abort', () => held.reject(signal.reason));
    return held.promise;
  };
  return { ...held, extract, reading: reading.promise };
}

test('a small document does not wait for the large ones before it, of which one is read at a time', async (t) => {
  const room = await openTestKnowledge(t);
  const { knowledge } = room;
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
  const queue = openQueue(t, room, async (_type, bytes) => {
    if (bytes.length > SMALL_FILE_BYTES) await large.promise;
    return EXTRACTED;
  });
  t.after(() => large.resolve());
  queue.wake();

  await until('the small document', statuses, (seen) => seen['small.txt'] === 'ready');
  const expected = { 'large.txt': 'indexing', 'larger.txt': 'queued', 'small.txt': 'ready' };
  await until('one large document in hand', statuses, (seen) => seen['large.txt'] === 'indexing');
  assert.deepEqual(await statuses(), expected);
  large.resolve();
  await until('all of them', statuses, (seen) => Object.values(seen).every((status) => status === 'ready'));
});

test('a document whose reading again is cut short by a stop is found as it was and still waits', async (t) => {
  const room = await openTestKnowledge(t);
  const { knowledge } = room;
  const { id } = await room.add({ name: 'a.txt', text: 'A zebra.' });
  await knowledge.close();
  await knowledge.reindexDocument(ACCOUNT, id);
  const held = heldExtract();
  const queue = openQueue(t, room, held.extract, { closeGraceMs: 0 });
  queue.wake();
  await held.reading;
  const reading = await knowledge.getDocumentSummary(ACCOUNT, id);
  assert.deepEqual([reading.status, reading.awaitsReread], ['indexing', false]);
  await queue.close();
  const { status, awaitsReread } = await knowledge.getDocumentSummary(ACCOUNT, id);
  assert.deepEqual([status, awaitsReread], ['ready', true]);
  assert.equal((await knowledge.search(ACCOUNT, AGENT, 'zebra')).length, 1);
});

for (const kind of ['new', 'read before'] as const) {
  test(`a document that is in hand while the database is away (${kind}) is taken up by itself once it is back`, async (t) => {
    const room = await openTestKnowledge(t);
    const { db, knowledge } = room;
    const isNew = kind === 'new';
    if (isNew) await knowledge.close();
    const { id } = await knowledge.addDocument(ACCOUNT, AGENT, { name: 'a.txt', text: 'A zebra.' });
    if (!isNew) {
      await knowledge.waitUntilSettled(ACCOUNT, id);
      await knowledge.close();
      await knowledge.reindexDocument(ACCOUNT, id);
    }
    const held = heldExtract();
    const queue = openQueue(t, room, held.extract, { retryMs: 0 });
    queue.wake();
    await held.reading;

    const away = t.mock.method(db, 'write', async () => {
      throw commonErrors.service_unavailable('The database is away.');
    });
    held.resolve(EXTRACTED);
    await until('the writes to be refused', () => away.mock.callCount() > 4);
    assert.equal(await room.count('chunks'), isNew ? 0 : 1);
    away.mock.restore();
    const back = await until(
      'the document to be read',
      () => knowledge.getDocument(ACCOUNT, id),
      // What is known of it is read before its text.
      ({ text, status, awaitsReread }) => text === EXTRACTED.text && status === 'ready' && !awaitsReread,
    );
    assert.deepEqual([back.error, back.chunkCount], [null, 1]);
  });
}

test('a process that was given up for dead takes nothing away from the one that finished its document', async (t) => {
  const room = await openTestKnowledge(t);
  const { knowledge } = room;
  await knowledge.close();
  const { id } = await knowledge.addDocument(ACCOUNT, AGENT, { name: 'a.txt', text: 'A zebra.' });
  const held = heldExtract();
  const paused = openQueue(t, room, held.extract);
  paused.wake();
  await held.reading;

  await recoverDocuments(partsOn(room), async () => undefined);
  const other = openQueue(t, room, async () => EXTRACTED);
  other.wake();
  await until(
    'the other one to finish it',
    () => knowledge.getDocumentSummary(ACCOUNT, id),
    ({ status }) => status === 'ready',
  );
  held.reject(new UnreadableDocument('It takes too long.'));
  await paused.close();
  const { status, error, text, chunks } = await knowledge.getDocument(ACCOUNT, id);
  assert.deepEqual([status, error, text, chunks.length], ['ready', null, EXTRACTED.text, 1]);
});
