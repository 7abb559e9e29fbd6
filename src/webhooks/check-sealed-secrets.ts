import type { Database, InvariantCheck } from '../db/index.ts';
import { type SecretBox, SecretError } from '../lib/secrets.ts';
import { secretPlace } from './webhook-secret.ts';

/** Whether webhooks' secrets open with the server's secret key; undefined stands for a server without one. */
export async function checkSealedSecrets(
  db: Pick<Database, 'build' | 'all'>,
  secrets: Pick<SecretBox, 'open'> | undefined,
): Promise<InvariantCheck> {
  const sealed = await db.all(
    db.build.selectFrom('webhooks').select(['id', 'account_id', 'url', 'secret_sealed']),
  );
  const problems = sealed.flatMap(({ id, account_id: accountId, secret_sealed: text }) =>
    secrets && opens(secrets, text, accountId, id)
      ? []
      : [`${id}: its secret was sealed with another secret key`],
  );
  return { name: 'The secrets of webhooks open with the secret key', count: sealed.length, problems };
}

function opens(
  secrets: Pick<SecretBox, 'open'>,
  text: string,
  accountId: string,
  webhookId: string,
): boolean {
  try {
    secrets.open(text, secretPlace(accountId, webhookId));
    return true;
  } catch (error) {
    if (error instanceof SecretError) return false;
    throw error;
  }
}
