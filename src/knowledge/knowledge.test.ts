import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/index.ts';
import { MusterError } from '../lib/errors.ts';
import { until } from '../testing/until.ts';
import { displayName } from './add-document.ts';
import { MAX_FILE_BYTES } from './limits.ts';
import { docxOf, lockedPdf, pdfOf } from './testing/fixtures.ts';
import {
  ACCOUNT,
  AGENT,
  OTHER_ACCOUNT,
  openRoom,
  openTestKnowledge,
  type TestKnowledge,
} from './testing/test-knowledge.ts';
import type { DocumentSummary, Knowledge } from './types.ts';

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof MusterError);
  assert.equal(error.code, expected);
  return true;
};
/** The names of what is kept of uploads: files in a folder, or rows. */
async function uploads({ db, home }: Pick<TestKnowledge, 'db' | 'home'>): Promise<string[]> {
  if (db.dialect === 'sqlite') return existsSync(join(home, 'uploads')) ? readdir(join(home, 'uploads')) : [];
  return (await db.all(db.build.selectFrom('uploads').select('document_id'))).map((row) => row.document_id);
}
/** Enough for several batches of chunks and several parts of text. */
const LONG = Array.from(
  { length: 400 },
  (_, i) => `# Section ${i}\n\n${`Zebra number ${i} speaks. `.repeat(30)}`,
).join('\n\n');

test('an added document becomes ready by itself, with its text and chunks', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  const queued = await knowledge.addDocument(ACCOUNT, AGENT, { name: 'a.md', text: '# Title\n\nWords.' });
  assert.equal(queued.status, 'queued');
  const ready = await add({ name: 'a.md', text: '# Title\n\nWords.' });
  assert.equal(ready.id, queued.id);
  assert.deepEqual(
    [ready.status, ready.error, ready.mediaType, ready.chunkCount],
    ['ready', null, 'text/markdown', 1],
  );
  const { text, chunks } = await knowledge.getDocument(ACCOUNT, ready.id);
  assert.equal(text, '# Title\n\nWords.');
  assert.deepEqual(chunks, [{ position: 0, heading: 'Title', start: 0, end: 15, text }]);
  assert.equal(await knowledge.hasDocuments(ACCOUNT, AGENT), true);
  assert.equal(await knowledge.hasDocuments(OTHER_ACCOUNT, AGENT), false);
});

test('a long document is whole: its text, its chunks, and pages of it', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  const text = `${LONG}\n\n${'😀'.repeat(70_000)}`;
  const { id, textLength, chunkCount } = await add({ name: 'long.md', text });
  const detail = await knowledge.getDocument(ACCOUNT, id);
  assert.equal(detail.text, text);
  assert.equal(textLength, text.length);
  assert.equal(detail.chunks.length, chunkCount);
  assert.ok(detail.chunks.every(({ start, end, text: chunk }) => text.slice(start, end) === chunk));
  let read = '';
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    const page = await knowledge.readDocument(ACCOUNT, AGENT, id, { offset, limit: 30_001 });
    assert.equal(page?.offset, read.length);
    assert.ok(page.text.isWellFormed());
    read += page.text;
    offset = page.nextOffset;
  }
  assert.equal(read, text);
});

test('PDF and Word documents are found like any other', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  await add({ name: 'notes.txt', bytes: await pdfOf([['First page'], ['The zebra is on the second page']]) });
  await add({
    name: 'memo.docx',
    bytes: await docxOf([{ heading: 'Memo', level: 1 }, { text: 'A giraffe.' }]),
  });
  const [zebra] = await knowledge.search(ACCOUNT, AGENT, 'zebra');
  assert.deepEqual([zebra?.documentName, zebra?.heading], ['notes.txt', 'Page 2']);
  assert.equal((await knowledge.search(ACCOUNT, AGENT, 'giraffe'))[0]?.heading, 'Memo');
});

test('what can be seen at once to be no document is refused and leaves nothing', async (t) => {
  const { knowledge, home, count, db } = await openTestKnowledge(t);
  const add = (name: string, bytes: Uint8Array) => knowledge.addDocument(ACCOUNT, AGENT, { name, bytes });
  await assert.rejects(add('a.txt', Buffer.from(' \n')), code('document_empty'));
  await assert.rejects(add('a.txt', Buffer.alloc(0)), code('document_empty'));
  await assert.rejects(add('a.txt', Buffer.alloc(MAX_FILE_BYTES + 1, 0x20)), code('document_too_large'));
  await assert.rejects(
    add('a.png', Buffer.from('\x89PNG\r\n\0\0', 'latin1')),
    code('document_type_unsupported'),
  );
  await assert.rejects(
    knowledge.addDocument(ACCOUNT, AGENT, { name: 'x', text: '' }),
    code('document_empty'),
  );
  assert.equal(await count('documents'), 0);
  assert.deepEqual(await uploads({ db, home }), []);
});

test('a document that cannot be read fails alone, says why, leaves no chunks and can be tried again', async (t) => {
  const { knowledge, add, count } = await openTestKnowledge(t);
  const failed = await add({ name: 'locked.pdf', bytes: lockedPdf() });
  assert.equal(failed.status, 'failed');
  assert.match(failed.error ?? '', /protected by a password/);
  assert.equal((await add({ name: 'fine.txt', text: 'zebra' })).status, 'ready');
  assert.equal(await count('chunks'), 1);
  await knowledge.retryDocument(ACCOUNT, failed.id);
  assert.equal((await knowledge.waitUntilSettled(ACCOUNT, failed.id))?.status, 'failed');
  const again = await knowledge.addDocument(ACCOUNT, AGENT, { name: 'locked.pdf', bytes: lockedPdf() });
  assert.deepEqual([again.id, again.status], [failed.id, 'queued']);
  await knowledge.waitUntilSettled(ACCOUNT, failed.id);
  await assert.rejects(knowledge.retryDocument(ACCOUNT, 'doc_none'), code('not_found'));
});

test('only a failed document can be tried again', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  const { id } = await add({ name: 'a.txt', text: 'x' });
  await assert.rejects(knowledge.retryDocument(ACCOUNT, id), code('document_not_failed'));
});

/** Waits until it was read again. */
async function reread(knowledge: Knowledge, id: string): Promise<DocumentSummary> {
  return until(
    'the document to be read again',
    () => knowledge.getDocumentSummary(ACCOUNT, id),
    ({ status, awaitsReread }) => !awaitsReread && status !== 'indexing',
  );
}
const run = (db: Database, query: RawBuilder<unknown>) =>
  db.write([db.statement({ compile: () => query.compile(db.build) })]);

test('a document that is read again is found as it was until its turn comes, then as it is read now, also after a restart', async (t) => {
  const { knowledge, add, db, home, count } = await openTestKnowledge(t);
  const { id, chunkCount } = await add({ name: 'a.md', text: LONG });
  // As an earlier version may have left it.
  await run(db, sql`UPDATE document_texts SET text = replace(text, 'Zebra', 'Gnu__')`);
  await run(db, sql`UPDATE chunks SET text = 'Gnu__' WHERE position > 0`);
  await run(db, sql`DELETE FROM chunks WHERE position > 9`);
  await knowledge.close();
  const waiting = await knowledge.reindexDocument(ACCOUNT, id);
  assert.deepEqual([waiting.status, waiting.awaitsReread], ['ready', true]);
  assert.ok((await knowledge.search(ACCOUNT, AGENT, 'zebra')).length > 0);

  const room = openRoom(db, home);
  t.after(() => room.close());
  await room.recover();
  const again = await reread(room, id);
  assert.deepEqual([again.status, again.error, again.chunkCount], ['ready', null, chunkCount]);
  const { text, chunks } = await room.getDocument(ACCOUNT, id);
  assert.equal(text, LONG);
  assert.ok(chunks.every((chunk) => text.slice(chunk.start, chunk.end) === chunk.text));
  assert.equal(await count('chunks'), chunkCount);
  assert.match((await room.search(ACCOUNT, AGENT, 'section 399'))[0]?.text ?? '', /^# Section 399/);
});

test('a document that cannot be read again stays as it was and says why', async (t) => {
  const { knowledge, add, db, home } = await openTestKnowledge(t);
  const { id } = await add({ name: 'a.md', text: 'A zebra.' });
  if (db.dialect === 'sqlite') await rm(join(home, 'uploads', id));
  else await run(db, sql`DELETE FROM uploads`);
  await knowledge.reindexDocument(ACCOUNT, id);
  const kept = await reread(knowledge, id);
  assert.equal(kept.status, 'ready');
  assert.match(kept.error ?? '', /earlier text is kept.*file is missing.*Upload it again/);
  assert.equal((await knowledge.search(ACCOUNT, AGENT, 'zebra')).length, 1);
});

test('a document whose file cannot be opened at the moment stays as it was and says why', async (t) => {
  const { knowledge, add, db, home } = await openTestKnowledge(t);
  const { id } = await add({ name: 'a.md', text: 'A zebra.' });
  const file = join(home, 'uploads', id);
  if (db.dialect === 'sqlite') {
    await rm(file);
    await mkdir(file);
  } else await run(db, sql`ALTER TABLE uploads RENAME TO uploads_away`);
  await knowledge.reindexDocument(ACCOUNT, id);
  const kept = await reread(knowledge, id);
  assert.equal(kept.status, 'ready');
  assert.match(kept.error ?? '', /earlier text is kept.*could not index the file/);
  assert.equal((await knowledge.search(ACCOUNT, AGENT, 'zebra')).length, 1);
  if (db.dialect === 'sqlite') {
    await rmdir(file);
    await writeFile(file, 'A gnu.');
  } else await run(db, sql`ALTER TABLE uploads_away RENAME TO uploads`);
  await knowledge.reindexDocument(ACCOUNT, id);
  assert.deepEqual([(await reread(knowledge, id)).status, kept.chunkCount], ['ready', 1]);
});

test('a document that was read again when the process was killed keeps its text if it cannot be read any more', async (t) => {
  const { knowledge, add, db, home } = await openTestKnowledge(t);
  const { id } = await add({ name: 'a.md', text: 'A zebra.' });
  await knowledge.close();
  await run(db, sql`UPDATE documents SET status = 'indexing', reread = 1, attempt = 2`);
  if (db.dialect === 'sqlite') await rm(join(home, 'uploads', id));
  else await run(db, sql`DELETE FROM uploads`);
  const room = openRoom(db, home);
  t.after(() => room.close());
  await room.recover();
  const kept = await reread(room, id);
  assert.equal(kept.status, 'ready');
  assert.match(kept.error ?? '', /earlier text is kept/);
  assert.equal((await room.search(ACCOUNT, AGENT, 'zebra')).length, 1);
});

test('all documents of an agent are read again, what failed is tried again, no other’s is touched', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  await add({ name: 'a.txt', text: 'zebra' });
  await add({ name: 'locked.pdf', bytes: lockedPdf() });
  const other = await add({ name: 'a.txt', text: 'zebra' }, 'agent_two');
  const foreign = await add({ name: 'a.txt', text: 'zebra' }, AGENT, OTHER_ACCOUNT);
  await knowledge.close();
  assert.equal(await knowledge.reindexAgentDocuments(ACCOUNT, AGENT), 2);
  const { documents } = await knowledge.listDocuments(ACCOUNT, AGENT);
  assert.deepEqual(
    documents.map(({ name, status, awaitsReread }) => [name, status, awaitsReread]),
    [
      ['locked.pdf', 'queued', false],
      ['a.txt', 'ready', true],
    ],
  );
  assert.equal((await knowledge.getDocumentSummary(ACCOUNT, other.id)).awaitsReread, false);
  assert.equal((await knowledge.getDocumentSummary(OTHER_ACCOUNT, foreign.id)).awaitsReread, false);
  await assert.rejects(knowledge.reindexDocument(ACCOUNT, foreign.id), code('not_found'));
  assert.equal((await knowledge.getDocumentSummary(OTHER_ACCOUNT, foreign.id)).awaitsReread, false);
});

test('a document that takes too long, or kills its reader, fails alone', async (t) => {
  const slow = await openTestKnowledge(t, { timeoutMs: 0 });
  assert.match((await slow.add({ name: 'a.txt', text: 'x' })).error ?? '', /takes too long/);
  const small = await openTestKnowledge(t, { heapMb: 24 });
  const rows = Array.from({ length: 200_000 }, (_, i) => `{"k${i}":${i}}`).join(',');
  const failed = await small.add({ name: 'a.json', text: `[${rows}]` });
  assert.match(failed.error ?? '', /takes too much memory/);
  assert.equal((await small.add({ name: 'b.txt', text: 'x' })).status, 'ready');
  const crowded = await openTestKnowledge(t, { memoryBytes: 0 });
  assert.match(
    (await crowded.add({ name: 'a.json', text: `[${rows}]` })).error ?? '',
    /takes too much memory/,
  );
});

test('the same bytes under the same name are one document, also when sent at once', async (t) => {
  const { knowledge, home, count, db } = await openTestKnowledge(t);
  const added = await Promise.all(
    Array.from({ length: 5 }, () => knowledge.addDocument(ACCOUNT, AGENT, { name: 'a.txt', text: 'same' })),
  );
  assert.equal(new Set(added.map(({ id }) => id)).size, 1);
  assert.equal((await uploads({ db, home })).length, 1);
  await knowledge.addDocument(ACCOUNT, AGENT, { name: 'a.txt', text: 'changed' });
  await knowledge.addDocument(ACCOUNT, AGENT, { name: 'b.txt', text: 'same' });
  await knowledge.addDocument(ACCOUNT, 'agent_two', { name: 'a.txt', text: 'same' });
  assert.equal(await count('documents'), 4);
});

test('deletion leaves nothing: no row, no word of the index, no file', async (t) => {
  const { knowledge, add, db, home, count } = await openTestKnowledge(t);
  const { id } = await add({ name: 'secret.md', text: LONG });
  await knowledge.deleteDocument(ACCOUNT, id);
  assert.deepEqual(await knowledge.search(ACCOUNT, AGENT, 'zebra'), []);
  for (const table of ['documents', 'document_texts', 'chunks'] as const) assert.equal(await count(table), 0);
  assert.deepEqual(await uploads({ db, home }), []);
  await assert.rejects(knowledge.getDocument(ACCOUNT, id), code('not_found'));
  await assert.rejects(knowledge.deleteDocument(ACCOUNT, id), code('not_found'));
  const index =
    db.dialect === 'sqlite'
      ? sql<{ words: Uint8Array }>`SELECT block AS words FROM chunks_fts_data`
      : sql<{ words: Uint8Array }>`SELECT convert_to(cast(words AS text), 'UTF8') AS words FROM chunk_words`;
  const rows = await db.all({ compile: () => index.compile(db.build) });
  assert.ok(rows.every(({ words }) => !Buffer.from(words).includes('zebra')));
  // The same file again is a new document.
  assert.notEqual((await add({ name: 'secret.md', text: LONG })).id, id);
});

test('a document that is deleted while it is indexed does not come back', async (t) => {
  const { knowledge, count, home, db } = await openTestKnowledge(t);
  for (let turns = 0; turns < 40; turns += 4) {
    const { id } = await knowledge.addDocument(ACCOUNT, AGENT, { name: 'a.md', text: LONG });
    // Deleted after ever more turns of the event loop: in the queue, while read, between batches, when ready.
    for (let i = 0; i < turns * turns; i++) await new Promise(setImmediate);
    await knowledge.deleteDocument(ACCOUNT, id);
    assert.deepEqual(await knowledge.search(ACCOUNT, AGENT, 'zebra'), []);
    assert.equal(await knowledge.waitUntilSettled(ACCOUNT, id), undefined);
    assert.equal((await count('documents')) + (await count('chunks')) + (await count('document_texts')), 0);
    assert.deepEqual(await uploads({ db, home }), []);
  }
});

test('an agent’s documents are deleted together, no other’s', async (t) => {
  const { knowledge, add, count } = await openTestKnowledge(t);
  for (const name of ['a.txt', 'b.txt', 'c.txt']) await add({ name, text: `zebra in ${name}` });
  await knowledge.addDocument(ACCOUNT, AGENT, { name: 'd.txt', text: 'still queued' });
  await add({ name: 'a.txt', text: 'zebra' }, 'agent_two');
  await add({ name: 'a.txt', text: 'zebra' }, AGENT, OTHER_ACCOUNT);
  await knowledge.deleteAgentDocuments(ACCOUNT, AGENT);
  assert.equal(await count('documents'), 2);
  assert.equal((await knowledge.listDocuments(ACCOUNT, AGENT)).total, 0);
  assert.equal((await knowledge.search(OTHER_ACCOUNT, AGENT, 'zebra')).length, 1);
});

test('another account’s documents do not exist', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  const { id } = await add({ name: 'a.txt', text: 'zebra' });
  await assert.rejects(knowledge.getDocument(OTHER_ACCOUNT, id), code('not_found'));
  await assert.rejects(knowledge.getDocumentSummary(OTHER_ACCOUNT, id), code('not_found'));
  await assert.rejects(knowledge.deleteDocument(OTHER_ACCOUNT, id), code('not_found'));
  await assert.rejects(knowledge.retryDocument(OTHER_ACCOUNT, id), code('not_found'));
  assert.equal(await knowledge.readDocument(OTHER_ACCOUNT, AGENT, id), undefined);
  assert.equal(await knowledge.readDocument(ACCOUNT, 'agent_two', id), undefined);
  assert.equal(await knowledge.readDocument(ACCOUNT, 'agent_two', 'a.txt'), undefined);
  await knowledge.deleteAgentDocuments(OTHER_ACCOUNT, AGENT);
  assert.equal((await knowledge.getDocument(ACCOUNT, id)).text, 'zebra');
});

test('what a crash interrupted is taken up at the next start', async (t) => {
  const { knowledge, add, db, home, count } = await openTestKnowledge(t);
  const indexing = await add({ name: 'indexing.md', text: LONG });
  const queued = await add({ name: 'queued.txt', text: 'giraffe' });
  const deleting = await add({ name: 'deleting.txt', text: 'lion' });
  const kept = await add({ name: 'kept.txt', text: 'tiger' });
  await knowledge.close();
  // The states that a kill leaves: half of the chunks stored, none, half of a deletion, an upload without its row.
  await run(db, sql`UPDATE documents SET status = 'indexing' WHERE id = ${indexing.id}`);
  await run(db, sql`DELETE FROM chunks WHERE document_id = ${indexing.id} AND position > 100`);
  await run(db, sql`UPDATE documents SET status = 'queued' WHERE id = ${queued.id}`);
  await run(db, sql`DELETE FROM chunks WHERE document_id = ${queued.id}`);
  await run(db, sql`DELETE FROM document_texts WHERE document_id = ${queued.id}`);
  await run(db, sql`UPDATE documents SET status = 'deleting' WHERE id = ${deleting.id}`);
  const notOurs: string[] = [];
  if (db.dialect === 'sqlite') {
    for (const name of ['doc_orphan', 'doc_torn.part', 'not-ours'])
      await writeFile(join(home, 'uploads', name), 'x');
    notOurs.push('not-ours');
  } else {
    await run(
      db,
      sql`INSERT INTO uploads (document_id, bytes, created_at) VALUES ('doc_orphan', '', now() - interval '2 hours')`,
    );
  }

  const room = openRoom(db, home);
  t.after(() => room.close());
  assert.deepEqual(await room.search(ACCOUNT, AGENT, 'zebra lion'), []);
  await room.recover();
  assert.equal((await room.waitUntilSettled(ACCOUNT, indexing.id))?.chunkCount, indexing.chunkCount);
  assert.equal((await room.waitUntilSettled(ACCOUNT, queued.id))?.status, 'ready');
  assert.equal(await room.waitUntilSettled(ACCOUNT, deleting.id), undefined);
  assert.equal(await count('chunks'), indexing.chunkCount + 2);
  for (const word of ['zebra', 'giraffe', 'tiger'])
    assert.ok((await room.search(ACCOUNT, AGENT, word)).length > 0, word);
  assert.deepEqual(
    (await uploads({ db, home })).sort(),
    [indexing.id, kept.id, queued.id, ...notOurs].sort(),
  );
});

test('an uploaded file is on disk when it is acknowledged', async (t) => {
  const { knowledge, home, db } = await openTestKnowledge(t);
  const { id } = await knowledge.addDocument(ACCOUNT, AGENT, { name: '../../evil.txt', text: 'content' });
  const row = db.build.selectFrom('uploads').select('bytes').where('document_id', '=', id);
  const bytes =
    db.dialect === 'sqlite' ? await readFile(join(home, 'uploads', id)) : (await db.first(row))?.bytes;
  assert.equal(Buffer.from(bytes ?? []).toString(), 'content');
  assert.deepEqual(await uploads({ db, home }), [id]);
});

test('a room that is closed in the middle of its work leaves the rest to the next', async (t) => {
  const { knowledge, db, home } = await openTestKnowledge(t);
  const added = [];
  for (let i = 0; i < 6; i++)
    added.push(await knowledge.addDocument(ACCOUNT, AGENT, { name: `${i}.md`, text: LONG + i }));
  await knowledge.close();
  const room = openRoom(db, home);
  t.after(() => room.close());
  await room.recover();
  for (const { id } of added) assert.equal((await room.waitUntilSettled(ACCOUNT, id))?.status, 'ready');
});

test('accounts take turns in the queue', async (t) => {
  const { knowledge } = await openTestKnowledge(t);
  const many = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      knowledge.addDocument(ACCOUNT, AGENT, { name: `${i}.txt`, text: `text ${i}` }),
    ),
  );
  const one = await knowledge.addDocument(OTHER_ACCOUNT, AGENT, { name: 'one.txt', text: 'text' });
  await knowledge.waitUntilSettled(OTHER_ACCOUNT, one.id);
  const { documents } = await knowledge.listDocuments(ACCOUNT, AGENT);
  assert.ok(documents.some(({ status }) => status === 'queued'));
  for (const { id } of many) await knowledge.waitUntilSettled(ACCOUNT, id);
});

test('documents are listed newest first, a page at a time, without their text', async (t) => {
  const { knowledge } = await openTestKnowledge(t);
  for (let i = 0; i < 5; i++)
    await knowledge.addDocument(ACCOUNT, AGENT, { name: `${i}.txt`, text: `text ${i}` });
  const page = await knowledge.listDocuments(ACCOUNT, AGENT, { page: 2, limit: 2 });
  assert.deepEqual(
    [page.documents.map(({ name }) => name), page.total, page.page],
    [['2.txt', '1.txt'], 5, 2],
  );
});

test('a document is read by name in any case, the newest of that name', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  await add({ name: 'Größe.txt', text: 'old' });
  await add({ name: 'Größe.txt', text: 'new' });
  assert.equal((await knowledge.readDocument(ACCOUNT, AGENT, ' GRöße.TXT '))?.text, 'new');
  assert.equal(await knowledge.readDocument(ACCOUNT, AGENT, 'none.txt'), undefined);
});

test('names are for show: no path, no control or direction-changing characters, at most 255', () => {
  assert.equal(displayName('C:\\Users\\me\\Report.pdf'), 'Report.pdf');
  assert.equal(displayName('../../etc/passwd'), 'passwd');
  assert.equal(displayName('a\0b\u202egpj.txt\n'), 'a b gpj.txt');
  assert.equal(displayName('..'), 'Untitled');
  assert.equal(displayName('  '), 'Untitled');
  const long = displayName(`${'😀'.repeat(300)}.docx`);
  assert.ok(long.length <= 255 && long.isWellFormed() && long.endsWith('….docx'));
});
