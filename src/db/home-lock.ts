import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface HomeLock {
  release(): void;
}

/**
 * Takes a data folder for this process alone, or throws with a line that says who has it. The lock is the operating
 * system's (through SQLite's file locking), so it ends with the process, however that ends: there is no stale lock.
 */
export function lockHome(home: string): HomeLock {
  const holderFile = join(home, 'lock.json');
  const connection = new DatabaseSync(join(home, 'lock.db'), { timeout: 0 });
  try {
    connection.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (cause) {
    connection.close();
    throw new Error(
      `The data folder ${home} is in use by another Muster${describeHolder(holderFile)}. Stop it first, or start this one with another MUSTER_HOME.`,
      { cause },
    );
  }
  writeFileSync(holderFile, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
  return { release: () => connection.close() };
}

function describeHolder(file: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(file, 'utf8'));
    return ` (process ${pid}, since ${since})`;
  } catch {
    // The holder has locked but not yet written its name.
    return '';
  }
}
