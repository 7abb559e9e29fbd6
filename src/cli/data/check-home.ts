import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkInvariants, type DataFile, type InvariantCheck, openDataFile } from '../../db/index.ts';
import { createSecretBox, type SecretBox } from '../../lib/secrets.ts';
import { DATABASE_FILE, SECRET_KEY_FILE } from './home-folder.ts';

/** Secret keys that are set by the environment rather than kept in the folder. */
export interface SecretKeys {
  readonly current?: Buffer | undefined;
  readonly previous?: Buffer | undefined;
}

/**
 * Looks for what could be wrong with the data in a folder and changes nothing; a server may be at work on it. Throws when
 * there is no data.
 */
export async function checkHome(path: string, keys: SecretKeys = {}): Promise<readonly InvariantCheck[]> {
  const databasePath = join(path, DATABASE_FILE);
  const snapshot = openDataFile(databasePath, { snapshot: true });
  const present = openDataFile(databasePath, { snapshot: false });
  try {
    const checks = [
      checkSchema(snapshot),
      attempt('SQLite finds the file, its indexes and its constraints sound', () =>
        snapshot.integrityProblems(),
      ),
      attempt('Every row that another row names is there', () => snapshot.foreignKeyProblems()),
    ];
    // Older or newer tables would be asked for columns that they do not have.
    if (snapshot.schema.stored === snapshot.schema.known) {
      checks.push(...(await checkRooms(snapshot, present, path, keys)));
    }
    return [...checks, checkKeyFile(path)];
  } finally {
    snapshot.close();
    present.close();
  }
}

/** What only these rooms know of their tables. They are loaded for this command alone. */
async function checkRooms(
  snapshot: DataFile,
  present: DataFile,
  path: string,
  keys: SecretKeys,
): Promise<InvariantCheck[]> {
  const [billing, engine, runs, agents, crews, knowledge, providers, tools, webhooks, audit] =
    await Promise.all([
      import('../../billing/index.ts'),
      import('../../engine/index.ts'),
      import('../../runs/index.ts'),
      import('../../agents/index.ts'),
      import('../../crews/index.ts'),
      import('../../knowledge/index.ts'),
      import('../../providers/index.ts'),
      import('../../tools/index.ts'),
      import('../../webhooks/index.ts'),
      import('../../audit/index.ts'),
    ]);
  const invariants = [
    ...billing.billingInvariants,
    ...engine.engineInvariants,
    ...runs.runInvariants,
    ...agents.agentInvariants,
    ...crews.crewInvariants,
    ...knowledge.knowledgeInvariants,
  ];
  const secrets = openSecrets(path, keys);
  return [
    ...(await checkInvariants(snapshot, invariants)),
    await knowledge.checkUploads(present, path),
    await providers.checkSealedKeys(snapshot, secrets),
    await tools.checkSealedAuth(snapshot, secrets),
    await webhooks.checkSealedSecrets(snapshot, secrets),
    await audit.checkAuditChain(snapshot),
  ];
}

function checkSchema({ schema: { stored, known } }: DataFile): InvariantCheck {
  const problems =
    stored > known
      ? [`It is of schema ${stored}, this version knows ${known}: a newer Muster wrote it. Use that one.`]
      : stored < known
        ? [
            `It is of schema ${stored}, this version writes ${known}. Start the server once; then check again.`,
          ]
        : [];
  return { name: 'The data is of the schema of this version', count: stored, problems };
}

function checkKeyFile(path: string): InvariantCheck {
  const file = join(path, SECRET_KEY_FILE);
  const found = statSync(file, { throwIfNoEntry: false });
  const mode = (found?.mode ?? 0) & 0o777;
  const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0;
  return {
    name: 'The secret key is closed to other users',
    count: found ? 1 : 0,
    problems: isOpen ? [`${file} has mode ${mode.toString(8).padStart(4, '0')}. Run: chmod 600 ${file}`] : [],
  };
}

function openSecrets(path: string, { current, previous }: SecretKeys): SecretBox | undefined {
  const key = current ?? readKey(join(path, SECRET_KEY_FILE));
  return key && createSecretBox({ current: key, previous });
}

/** Undefined for a file that is not there or is no key; the server says more about that when it starts. */
function readKey(file: string): Buffer | undefined {
  if (!statSync(file, { throwIfNoEntry: false })) return undefined;
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  return key.length === 32 ? key : undefined;
}

function attempt(name: string, look: () => readonly string[]): InvariantCheck {
  try {
    return { name, count: 1, problems: look() };
  } catch (error) {
    // On a damaged file, the one thing that must still be told.
    return { name, count: 1, problems: [error instanceof Error ? error.message : String(error)] };
  }
}
