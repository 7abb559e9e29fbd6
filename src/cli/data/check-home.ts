import { join } from 'node:path';
import { type InvariantCheck, openDataFile } from '../../db/index.ts';
import { checkKeyFile, checkRooms, checkSchema, type SecretKeys } from './check-rooms.ts';
import { DATABASE_FILE } from './home-folder.ts';

/**
 * Looks for what could be wrong with the data in a folder and changes nothing; a server may be at work on it. Throws when
 * there is no data.
 */
export async function checkHome(path: string, keys: SecretKeys = {}): Promise<readonly InvariantCheck[]> {
  const databasePath = join(path, DATABASE_FILE);
  const snapshot = openDataFile(databasePath, { snapshot: true });
  const present = openDataFile(databasePath, { snapshot: false });
  try {
    const checks = [
      checkSchema(snapshot),
      attempt('SQLite finds the file, its indexes and its constraints sound', () =>
        snapshot.integrityProblems(),
      ),
      attempt('Every row that another row names is there', () => snapshot.foreignKeyProblems()),
    ];
    if (snapshot.schema.stored === snapshot.schema.known) {
      const { checkUploads } = await import('../../knowledge/index.ts');
      checks.push(...(await checkRooms(snapshot, path, keys)), await checkUploads(present, path));
    }
    return [...checks, checkKeyFile(path)];
  } finally {
    snapshot.close();
    present.close();
  }
}

function attempt(name: string, look: () => readonly string[]): InvariantCheck {
  try {
    return { name, count: 1, problems: look() };
  } catch (error) {
    // On a damaged file, the one thing that must still be told.
    return { name, count: 1, problems: [error instanceof Error ? error.message : String(error)] };
  }
}
