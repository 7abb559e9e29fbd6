import { constants, copyFileSync, existsSync, linkSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDataFile } from '../../db/index.ts';
import { DATABASE_FILE, type HomeFolder, UPLOADS_FOLDER } from './home-folder.ts';

/** What lies ready to be packed. */
export interface Staged {
  /** With forward slashes: `muster.db`, `uploads/doc_…`. */
  readonly names: readonly string[];
  /** Documents without a file: id and name. */
  readonly missing: readonly string[];
}

/** A document may be deleted between the looks at files and database; then both are looked at again. */
const MAX_TRIES = 5;

/**
 * Puts a copy of the database and the files of its documents side by side. The files come first: one that goes away after
 * that is kept; one that comes after that is fetched when the database names it.
 */
export async function stageFolder(
  { path: home, databasePath }: HomeFolder,
  staging: string,
): Promise<Staged> {
  const { listUploads } = await import('../../knowledge/index.ts');
  const uploads = join(home, UPLOADS_FOLDER);
  const copyPath = join(staging, DATABASE_FILE);
  const live = openDataFile(databasePath, { snapshot: false });
  try {
    for (let tries = 1; ; tries++) {
      const known = existsSync(uploads) ? readdirSync(uploads).filter((name) => !name.includes('.')) : [];
      for (const name of known) keep(join(uploads, name), join(staging, UPLOADS_FOLDER, name));
      rmSync(copyPath, { force: true });
      live.copyTo(copyPath);
      const copy = openDataFile(copyPath, { snapshot: false });
      const wanted = await listUploads(copy);
      copy.close();
      const missing = wanted.filter(({ id }) => !keep(join(uploads, id), join(staging, UPLOADS_FOLDER, id)));
      const alive = new Set((await listUploads(live)).map(({ id }) => id));
      if (tries < MAX_TRIES && missing.some(({ id }) => !alive.has(id))) continue;
      const gone = new Set(missing.map(({ id }) => id));
      return {
        names: [
          DATABASE_FILE,
          ...wanted.filter(({ id }) => !gone.has(id)).map(({ id }) => `${UPLOADS_FOLDER}/${id}`),
        ],
        missing: missing.map(({ id, name }) => `${id} (${name})`),
      };
    }
  } finally {
    live.close();
  }
}

/** An uploaded file never changes, so a second name for it is a copy. False when it is not there. */
function keep(from: string, to: string): boolean {
  if (existsSync(to)) return true;
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
  }
  try {
    // Another file system, or one that knows no second names.
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
