import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Config, ConfigError, loadSecretKey } from '../config/index.ts';
import { type HomeLock, lockHome } from '../db/index.ts';

/** The data folder; with SQLite it is this process's alone. */
export interface Home {
  readonly path: string;
  readonly databasePath: string;
  readonly secretKey: Buffer;
  readonly warnings: readonly string[];
  close(): void;
}

/** Makes the folder at the first start (0700) and, where it holds the data, locks it; throws with one line when another process has it. */
export function openHome(config: Config): Home {
  const path = resolve(config.MUSTER_HOME);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new ConfigError(`MUSTER_HOME ${path} cannot be made or is no folder (${reason}).`, { cause });
  }
  // What is in the folder is not the data then, and several processes may share it.
  const lock: HomeLock = config.DATABASE_URL === undefined ? lockHome(path) : { release: () => undefined };
  try {
    const { key, warnings } =
      config.MUSTER_SECRET_KEY === undefined
        ? loadSecretKey(path)
        : { key: config.MUSTER_SECRET_KEY, warnings: [] };
    return {
      path,
      databasePath: join(path, 'muster.db'),
      secretKey: key,
      warnings,
      close: () => lock.release(),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
