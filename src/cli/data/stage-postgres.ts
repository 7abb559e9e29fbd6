import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyFromPostgres, openSqliteDatabase } from '../../db/index.ts';
import { CommandFailed } from '../failures.ts';
import { DATABASE_FILE, UPLOADS_FOLDER } from './home-folder.ts';
import type { Staged } from './stage-folder.ts';

/** Makes of a PostgreSQL database what a data folder would hold: the same backup goes to either. */
export async function stagePostgres(url: string, staging: string): Promise<Staged> {
  const { indexAgain, listUploads } = await import('../../knowledge/index.ts');
  const path = join(staging, DATABASE_FILE);
  const uploads = join(staging, UPLOADS_FOLDER);
  await copyFromPostgres(url, path, (id, bytes) =>
    writeFile(join(uploads, id), bytes, { flag: 'wx', mode: 0o600 }),
  ).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailed(`The backup was not made: ${reason}`);
  });
  const copy = await openSqliteDatabase(path);
  try {
    await indexAgain(copy);
    const wanted = await listUploads(copy);
    const there = new Set(readdirSync(uploads));
    return {
      names: [
        DATABASE_FILE,
        ...wanted.filter(({ id }) => there.has(id)).map(({ id }) => `${UPLOADS_FOLDER}/${id}`),
      ],
      missing: wanted.filter(({ id }) => !there.has(id)).map(({ id, name }) => `${id} (${name})`),
    };
  } finally {
    await copy.close();
  }
}
