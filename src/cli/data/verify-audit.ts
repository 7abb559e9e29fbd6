import { readFileSync } from 'node:fs';
import { type CheckedExport, type CheckedLog, checkAuditExport, checkAuditLogs } from '../../audit/index.ts';
import { openDataFile, openPostgresData } from '../../db/index.ts';
import { CommandFailed } from '../failures.ts';
import { checkSchema, openSecrets } from './check-rooms.ts';
import type { HomeFolder } from './home-folder.ts';

/** Each account's log, as it is at one moment; changes nothing. */
export async function verifyData(home: HomeFolder): Promise<CheckedLog[]> {
  const { DATABASE_URL: url } = home.config;
  const data =
    url === undefined ? openDataFile(home.databasePath, { snapshot: true }) : await openPostgresData(url);
  try {
    const [problem] = checkSchema(data).problems;
    if (problem !== undefined) throw new CommandFailed(problem);
    return await checkAuditLogs(data, secretsOf(home));
  } finally {
    await data.close();
  }
}

export function verifyExport(home: HomeFolder, file: string): CheckedExport {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandFailed(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return checkAuditExport(text, secretsOf(home));
}

function secretsOf({ path, config }: HomeFolder) {
  const { MUSTER_SECRET_KEY: current, MUSTER_SECRET_KEY_PREVIOUS: previous } = config;
  return openSecrets(path, { current, previous });
}
