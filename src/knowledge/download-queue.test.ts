import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { ALONE } from '../db/index.ts';
import { systemClock } from '../lib/clock.ts';
import { commonErrors } from '../lib/errors.ts';
import { createIds } from '../lib/ids.ts';
import { until } from '../testing/until.ts';
import { addUrl } from './add-url.ts';
import { createDownloadQueue } from './download-queue.ts';
import { createDocumentStore } from './store.ts';
import { ACCOUNT, AGENT, openTestKnowledge } from './testing/test-knowledge.ts';
import { createUploadFiles } from './upload-files.ts';
import { createUploadRows } from './upload-rows.ts';

test('a document that is fetched while the database is away is fetched again by itself once it is back', async (t) => {
  const { db, home, knowledge } = await openTestKnowledge(t);
  const store = createDocumentStore(db, ALONE);
  const files = db.dialect === 'sqlite' ? createUploadFiles(join(home, 'uploads')) : createUploadRows(db);
  const parts = { store, files, clock: systemClock, logger: pino({ level: 'silent' }) };
  const url = 'https://example.com/help.txt';
  const { id } = await addUrl(
    { ...parts, ids: createIds(), checkUrl: async () => undefined },
    ACCOUNT,
    AGENT,
    { url },
  );

  const fetching = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const request = async () => {
    fetching.resolve();
    await answer.promise;
    const headers = new Headers({ 'content-type': 'text/plain' });
    return { status: 200, headers, body: Buffer.from('A zebra.'), finalUrl: url };
  };
  const queue = createDownloadQueue(
    { ...parts, guardedHttp: { request }, retryMs: 0 },
    { onFetched: () => undefined, onFailed: () => undefined },
  );
  t.after(() => queue.close());
  queue.wake();
  await fetching.promise;
  const away = t.mock.method(db, 'write', async () => {
    throw commonErrors.service_unavailable('The database is away.');
  });
  answer.resolve();
  await until('the writes to be refused', () => away.mock.callCount() > 4);
  away.mock.restore();
  const { status, error } = await until(
    'the document to be fetched',
    () => knowledge.getDocumentSummary(ACCOUNT, id),
    ({ sizeBytes }) => sizeBytes > 0,
  );
  assert.deepEqual([status, error], ['queued', null]);
});
