import { join } from 'node:path';
import type { Database } from '../db/index.ts';
import { listUploads } from './invariants.ts';
import { createUploadFiles } from './upload-files.ts';
import { createUploadRows } from './upload-rows.ts';

/**
 * Copies the uploaded files of a data folder into a PostgreSQL database that has their documents. Returns how many there
 * were, and the names of documents whose file the folder does not have.
 */
export async function copyUploads(
  db: Database,
  home: string,
): Promise<{ readonly copied: number; readonly missing: readonly string[] }> {
  const files = createUploadFiles(join(home, 'uploads'));
  const rows = createUploadRows(db);
  const missing: string[] = [];
  let copied = 0;
  for (const { id, name } of await listUploads(db)) {
    const bytes = await files.read(id);
    if (!bytes) {
      missing.push(name);
      continue;
    }
    await rows.save(id, bytes);
    copied += 1;
  }
  return { copied, missing };
}
