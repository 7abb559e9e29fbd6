import { join, resolve } from 'node:path';
import { type Config, ConfigError, loadConfig } from '../../config/index.ts';
import type { Environment } from '../command.ts';
import { CommandFailed } from '../failures.ts';

/** What a data folder holds; `secret.key` and the lock are the others. */
export const DATABASE_FILE = 'muster.db';
export const UPLOADS_FOLDER = 'uploads';
export const SECRET_KEY_FILE = 'secret.key';

export interface HomeFolder {
  readonly path: string;
  readonly databasePath: string;
  readonly config: Config;
}

/** The folder of `--home` or MUSTER_HOME, whether or not it is there. Throws CommandFailed when the data is elsewhere. */
export function homeFolder(env: Environment, flag: string | undefined): HomeFolder {
  try {
    const config = loadConfig({ ...env, ...(flag !== undefined && { MUSTER_HOME: flag }) });
    if (config.DATABASE_URL !== undefined) {
      throw new CommandFailed(
        'DATABASE_URL is set: this command is for data in a folder. Unset it, or use the tools of PostgreSQL.',
      );
    }
    const path = resolve(config.MUSTER_HOME);
    return { path, databasePath: join(path, DATABASE_FILE), config };
  } catch (error) {
    throw error instanceof ConfigError ? new CommandFailed(error.message) : error;
  }
}
