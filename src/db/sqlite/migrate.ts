import { migrations } from '../migrations/index.ts';
import { openForWriting } from './connection.ts';

/**
 * Brings the data file to this version, one transaction a migration; never backwards. Throws when the file was written
 * by a newer Muster, before anything is touched.
 */
export function migrate(path: string): void {
  const connection = openForWriting(path);
  try {
    connection.exec(
      'CREATE TABLE IF NOT EXISTS migrations (id INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)',
    );
    const applied = Number(
      connection.prepare('SELECT coalesce(max(id), 0) AS id FROM migrations').get()?.id ?? 0,
    );
    const newest = migrations.length;
    if (applied > newest) {
      throw new Error(
        `The data in ${path} was written by a newer version of Muster (schema ${applied}, this one knows ${newest}). Start that version, or restore a backup.`,
      );
    }
    for (const [index, migration] of migrations.entries()) {
      const id = index + 1;
      if (id <= applied) continue;
      connection.exec('BEGIN IMMEDIATE');
      connection.exec(migration.sqlite);
      connection
        .prepare('INSERT INTO migrations (id, name, applied_at) VALUES (?, ?, ?)')
        .run(id, migration.name, Date.now());
      connection.exec('COMMIT');
    }
  } finally {
    connection.close();
  }
}
