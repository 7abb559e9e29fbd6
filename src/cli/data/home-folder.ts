import { join, resolve } from 'node:path';
import { type Config, ConfigError, loadConfig } from '../../config/index.ts';
import { placeOf } from '../../db/index.ts';
import type { Environment } from '../command.ts';
import { CommandFailed } from '../failures.ts';

/** What a data folder holds; `secret.key` and the lock are the others. */
export const DATABASE_FILE = 'muster.db';
export const UPLOADS_FOLDER = 'uploads';
export const SECRET_KEY_FILE = 'secret.key';

/** Where the settings say that the data is. */
export interface HomeFolder {
  readonly path: string;
  readonly databasePath: string;
  readonly config: Config;
}

/** The folder of `--home` or MUSTER_HOME, whether or not it is there; with DATABASE_URL the data is not in it. */
export function homeFolder(env: Environment, flag: string | undefined): HomeFolder {
  try {
    const config = loadConfig({ ...env, ...(flag !== undefined && { MUSTER_HOME: flag }) });
    const path = resolve(config.MUSTER_HOME);
    return { path, databasePath: join(path, DATABASE_FILE), config };
  } catch (error) {
    throw error instanceof ConfigError ? new CommandFailed(error.message) : error;
  }
}

/** What a person calls the place of the data. */
export function placeOfData({ path, config }: HomeFolder): string {
  return config.DATABASE_URL === undefined ? path : placeOf(config.DATABASE_URL);
}
