import { checkInvariants, type InvariantCheck, openPostgresData } from '../../db/index.ts';
import { checkKeyFile, checkRooms, checkSchema, type SecretKeys } from './check-rooms.ts';

/**
 * Looks for what could be wrong with the data in a PostgreSQL database, at one moment, and changes nothing; servers may be
 * at work on it. `home` is the folder that may have the secret key. Throws when there is no data.
 */
export async function checkPostgres(
  url: string,
  home: string,
  keys: SecretKeys = {},
): Promise<readonly InvariantCheck[]> {
  const snapshot = await openPostgresData(url);
  try {
    const checks = [
      checkSchema(snapshot),
      {
        name: 'PostgreSQL holds its pages, indexes, constraints and triggers for sound',
        count: 1,
        problems: await snapshot.integrityProblems(),
      },
    ];
    if (snapshot.schema.stored === snapshot.schema.known) {
      const { uploadRowsInvariant } = await import('../../knowledge/index.ts');
      checks.push(...(await checkRooms(snapshot, home, keys)));
      checks.push(...(await checkInvariants(snapshot, [uploadRowsInvariant])));
      const { hasWorkflows, workflowInvariants } = await import('../../engine/index.ts');
      const [workflows] = await snapshot.all({ compile: () => hasWorkflows.compile(snapshot.build) });
      if (workflows?.found) checks.push(...(await checkInvariants(snapshot, workflowInvariants)));
    }
    return [...checks, checkKeyFile(home)];
  } finally {
    await snapshot.close();
  }
}
