import type { Database, InvariantCheck } from '../db/index.ts';
import { type SecretBox, SecretError } from '../lib/secrets.ts';
import { keyPlace } from './key-place.ts';

/** Whether the stored keys of providers open with the server's secret key; undefined stands for a server without one. */
export async function checkSealedKeys(
  db: Pick<Database, 'build' | 'all'>,
  secrets: Pick<SecretBox, 'open'> | undefined,
): Promise<InvariantCheck> {
  const sealed = await db.all(
    db.build
      .selectFrom('providers')
      .where('api_key_sealed', 'is not', null)
      .select(['id', 'account_id', 'name', 'api_key_sealed']),
  );
  const problems = sealed.flatMap(({ id, account_id: accountId, name, api_key_sealed: text }) =>
    secrets && opens(secrets, text ?? '', accountId, id)
      ? []
      : [`${id} (${name}): its key was sealed with another secret key`],
  );
  return { name: 'The stored keys of providers open with the secret key', count: sealed.length, problems };
}

function opens(
  secrets: Pick<SecretBox, 'open'>,
  text: string,
  accountId: string,
  providerId: string,
): boolean {
  try {
    secrets.open(text, keyPlace(accountId, providerId));
    return true;
  } catch (error) {
    if (error instanceof SecretError) return false;
    throw error;
  }
}
