import {
  copyToPostgres,
  lockHome,
  type MovedTable,
  openDataFile,
  openPostgresDatabase,
} from '../../db/index.ts';
import { copyUploads, indexAgain } from '../../knowledge/index.ts';
import type { HomeFolder } from './home-folder.ts';

/**
 * Copies a data folder's database and uploads into an empty PostgreSQL and makes its documents findable there. Throws while a server
 * is at work on the folder, and for data of another version's schema.
 */
export async function moveHome(
  home: Pick<HomeFolder, 'path' | 'databasePath'>,
  url: string,
  tell: (table: MovedTable) => void,
): Promise<{
  readonly tables: readonly MovedTable[];
  readonly chunks: number;
  readonly uploads: Awaited<ReturnType<typeof copyUploads>>;
}> {
  const file = openDataFile(home.databasePath, { snapshot: false });
  const { stored, known } = file.schema;
  file.close();
  if (stored > known) throw new Error('a newer Muster wrote this data. Use that version.');
  if (stored < known)
    throw new Error('the data is of an older version. Start the server once without DATABASE_URL.');
  const lock = lockHome(home.path);
  try {
    const tables = await copyToPostgres(home.databasePath, url, tell);
    const db = await openPostgresDatabase(url);
    try {
      const uploads = await copyUploads(db, home.path);
      return { tables, chunks: await indexAgain(db), uploads };
    } finally {
      await db.close();
    }
  } finally {
    lock.release();
  }
}
