import type { Database, InvariantCheck } from '../db/index.ts';
import { type SealedPlace, type SecretBox, SecretError } from '../lib/secrets.ts';
import { authPlace } from './custom/to-tool.ts';

/** Whether the stored credentials of tools open with the server's secret key; undefined stands for a server without one. */
export async function checkSealedAuth(
  db: Pick<Database, 'build' | 'all'>,
  secrets: Pick<SecretBox, 'open'> | undefined,
): Promise<InvariantCheck> {
  const sealed = await db.all(
    db.build
      .selectFrom('custom_tools')
      .where('auth_sealed', 'is not', null)
      .select(['id', 'account_id', 'name', 'auth_sealed']),
  );
  const problems = sealed.flatMap(({ id, account_id: accountId, name, auth_sealed: text }) =>
    secrets && opens(secrets, text ?? '', authPlace(accountId, id))
      ? []
      : [`${id} (${name}): its credential was sealed with another secret key`],
  );
  return { name: 'The stored credentials of tools open with the secret key', count: sealed.length, problems };
}

function opens(secrets: Pick<SecretBox, 'open'>, text: string, place: SealedPlace): boolean {
  try {
    secrets.open(text, place);
    return true;
  } catch (error) {
    if (error instanceof SecretError) return false;
    throw error;
  }
}
