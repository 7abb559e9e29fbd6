import { readFileSync } from 'node:fs';
import {
  type CheckedExport,
  type CheckedLog,
  checkAuditExport,
  checkAuditLogs,
  checkpointKeys,
  readCheckpointKeys,
} from '../../audit/index.ts';
import { openDataFile, openPostgresData } from '../../db/index.ts';
import { CommandFailed } from '../failures.ts';
import { checkSchema, openSecrets } from './check-rooms.ts';
import type { HomeFolder } from './home-folder.ts';

/** An export, and why the keys that the data keeps could not be asked where that might have proven more. */
export interface VerifiedExport extends CheckedExport {
  readonly hasKeys: boolean;
  readonly dataTrouble: string | undefined;
}

/** Each account's log, as it is at one moment; changes nothing. */
export async function verifyData(home: HomeFolder): Promise<CheckedLog[]> {
  return await withData(home, (data) => checkAuditLogs(data, secretsOf(home)));
}

/** What former secret keys have signed is proven by the data, where they are kept; where that is away, it stays unproven. */
export async function verifyExport(home: HomeFolder, file: string): Promise<VerifiedExport> {
  const text = read(file);
  const secrets = secretsOf(home);
  const checked = checkAuditExport(text, secrets ? checkpointKeys(secrets) : []);
  const found = { hasKeys: secrets !== undefined, dataTrouble: undefined };
  if (secrets === undefined || checked.checkpoint !== 'unverified') return { ...checked, ...found };
  try {
    const former = await withData(home, (data) => readCheckpointKeys(data, secrets));
    return { ...checkAuditExport(text, former), ...found };
  } catch (error) {
    return { ...checked, ...found, dataTrouble: reasonOf(error) };
  }
}

async function withData<T>(
  home: HomeFolder,
  read: (data: Parameters<typeof checkAuditLogs>[0]) => Promise<T>,
): Promise<T> {
  const { DATABASE_URL: url } = home.config;
  const data =
    url === undefined ? openDataFile(home.databasePath, { snapshot: true }) : await openPostgresData(url);
  try {
    const [problem] = checkSchema(data).problems;
    if (problem !== undefined) throw new CommandFailed(problem);
    return await read(data);
  } finally {
    await data.close();
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandFailed(`${file} cannot be read: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function secretsOf({ path, config }: HomeFolder) {
  const { MUSTER_SECRET_KEY: current, MUSTER_SECRET_KEY_PREVIOUS: previous } = config;
  return openSecrets(path, { current, previous });
}
