import { statSync } from 'node:fs';
import { join } from 'node:path';
import { checkInvariants, type DataFile, type InvariantCheck } from '../../db/index.ts';
import { createSecretBox, type SecretBox } from '../../lib/secrets.ts';
import { SECRET_KEY_FILE } from './home-folder.ts';
import { readSecretKey } from './secret-keys.ts';

/** Secret keys that are set by the environment rather than kept in the folder. */
export interface SecretKeys {
  readonly current?: Buffer | undefined;
  readonly previous?: Buffer | undefined;
}

/**
 * What only these rooms know of their tables. They are loaded for this command alone. `path` is the folder that may have
 * the secret key.
 */
export async function checkRooms(
  snapshot: Parameters<typeof checkInvariants>[0],
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
    await providers.checkSealedKeys(snapshot, secrets),
    await tools.checkSealedAuth(snapshot, secrets),
    await webhooks.checkSealedSecrets(snapshot, secrets),
    await audit.checkAuditChain(snapshot, secrets),
  ];
}

/** Older or newer tables would be asked for columns that they do not have. */
export function checkSchema({ schema: { stored, known } }: Pick<DataFile, 'schema'>): InvariantCheck {
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

export function checkKeyFile(path: string): InvariantCheck {
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

export function openSecrets(path: string, { current, previous }: SecretKeys): SecretBox | undefined {
  const key = readSecretKey(path, current);
  return key && createSecretBox({ current: key, previous });
}
