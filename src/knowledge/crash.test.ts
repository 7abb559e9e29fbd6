import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openSqliteDatabase } from '../db/index.ts';
import { ACCOUNT, AGENT, makeTestHome, openRoom } from './testing/test-knowledge.ts';

const UPLOADER = fileURLToPath(new URL('./testing/upload-until-killed.ts', import.meta.url));

test('every upload that was acknowledged before kill -9 is searchable after the next start, whole and once', async (t) => {
  const home = await makeTestHome();
  const uploader = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', UPLOADER, home]);
  let printed = '';
  for await (const chunk of uploader.stdout) {
    printed += String(chunk);
    if (printed.split('\n').length > 12) break;
  }
  uploader.kill('SIGKILL');
  if (uploader.exitCode === null && uploader.signalCode === null) await once(uploader, 'exit');
  const acknowledged = printed.split('\n').filter((id) => /^doc_\w{26}$/.test(id));
  assert.ok(acknowledged.length >= 12);

  const db = await openSqliteDatabase(join(home, 'muster.db'));
  const knowledge = openRoom(db, home);
  t.after(async () => {
    await knowledge.close();
    await db.close();
    await rm(home, { recursive: true });
  });
  await knowledge.recover();
  const { documents, total } = await knowledge.listDocuments(ACCOUNT, AGENT, { limit: 100 });
  const settled = await Promise.all(documents.map(({ id }) => knowledge.waitUntilSettled(ACCOUNT, id)));
  assert.ok(settled.every((document) => document?.status === 'ready'));
  assert.ok(acknowledged.every((id) => documents.some((document) => document.id === id)));
  const chunks = settled.reduce((sum, document) => sum + (document?.chunkCount ?? 0), 0);
  const stored = await db.first(db.build.selectFrom('chunks').select((e) => e.fn.countAll<number>().as('n')));
  assert.equal(stored?.n, chunks);
  const [found] = await knowledge.search(ACCOUNT, AGENT, 'upload 3');
  assert.equal(found?.documentName, '3.md');
  assert.equal((await readdir(join(home, 'uploads'))).length, total);
});
