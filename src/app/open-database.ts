import { type Config, ConfigError } from '../config/index.ts';
import {
  createPostgresSignals,
  createSharedPresence,
  createSolePresence,
  type Database,
  noSignals,
  openPostgresDatabase,
  openSqliteDatabase,
  type Presence,
  placeOf,
  type Signals,
} from '../db/index.ts';
import type { Logger } from '../lib/logger.ts';
import type { Home } from './home.ts';

export interface OpenedDatabase {
  readonly db: Database;
  readonly presence: Presence;
  readonly signals: Signals;
}

/** The database that the settings name, brought to this version's schema, with this process on its list. */
export async function openDatabase(
  config: Pick<Config, 'DATABASE_URL' | 'DATABASE_DIRECT_URL'>,
  home: Pick<Home, 'databasePath'>,
  logger: Pick<Logger, 'warn'>,
): Promise<OpenedDatabase> {
  const { DATABASE_URL: url, DATABASE_DIRECT_URL: directUrl } = config;
  if (url === undefined) {
    const db = await openSqliteDatabase(home.databasePath);
    const presence = createSolePresence(db);
    await presence.start();
    return { db, presence, signals: noSignals };
  }
  try {
    const db = await openPostgresDatabase(url, directUrl);
    const presence = createSharedPresence(db, logger);
    const signals = createPostgresSignals({ url, directUrl });
    await signals.start();
    await presence.start();
    return { db, presence, signals };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`DATABASE_URL: the database at ${placeOf(url)} cannot be used: ${reason}`, {
      cause,
    });
  }
}
