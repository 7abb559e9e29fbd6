import { type Config, ConfigError } from '../config/index.ts';
import { type Database, openPostgresDatabase, openSqliteDatabase } from '../db/index.ts';
import type { Home } from './home.ts';

/** The database that the settings name, brought to this version's schema. */
export async function openDatabase(
  config: Pick<Config, 'DATABASE_URL'>,
  home: Pick<Home, 'databasePath'>,
): Promise<Database> {
  const { DATABASE_URL: url } = config;
  if (url === undefined) return openSqliteDatabase(home.databasePath);
  return openPostgresDatabase(url).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      `DATABASE_URL: the database at ${withoutPassword(url)} cannot be opened: ${reason}`,
      {
        cause,
      },
    );
  });
}

function withoutPassword(text: string): string {
  if (!URL.canParse(text)) return 'the given address';
  const url = new URL(text);
  return `${url.host}${url.pathname}`;
}
