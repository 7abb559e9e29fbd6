import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteDatabase } from '../../db/index.ts';
import { CommandFailed } from '../failures.ts';
import { DATABASE_FILE } from './home-folder.ts';
import type { Manifest } from './manifest.ts';
import { moveHome } from './move-home.ts';
import { restoreHome } from './restore-home.ts';
import { readSecretKey } from './secret-keys.ts';

/**
 * Puts a backup, whole and verified, into an empty PostgreSQL database, by way of a data folder among the temporary files.
 * Throws CommandFailed when the backup is damaged, when a newer Muster made it, or when the database holds data.
 */
export async function restorePostgres(
  file: string,
  url: string,
): Promise<{ readonly manifest: Manifest; readonly secretKey: Buffer | undefined }> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-restore-'));
  const path = join(folder, 'home');
  const databasePath = join(path, DATABASE_FILE);
  try {
    const manifest = await restoreHome(file, path);
    // An older backup is brought to this version's schema.
    await (await openSqliteDatabase(databasePath)).close();
    await moveHome({ path, databasePath }, url, () => undefined).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CommandFailed(`The restore did not happen: ${reason}`);
    });
    return { manifest, secretKey: readSecretKey(path, undefined) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
