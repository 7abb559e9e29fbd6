import type { Database, Statement } from '../../db/index.ts';
import type { Clock } from '../../lib/clock.ts';
import { type DerivedKey, type SealedPlace, type SecretBox, SecretError } from '../../lib/secrets.ts';
import { checkpointKeys } from './checkpoint.ts';

/**
 * The keys that checkpoints were ever signed with stay in the data, sealed with the present secret key: an export keeps the
 * signature that it was made with, also when the secret key has been replaced since.
 */
export function keepCheckpointKeys(deps: {
  readonly db: Pick<Database, 'build' | 'statement'>;
  readonly clock: Clock;
  readonly secrets: Pick<SecretBox, 'derive' | 'seal'>;
}): Statement[] {
  const { db, clock, secrets } = deps;
  return checkpointKeys(secrets).map(({ keyId, key }) =>
    db.statement(
      db.build
        .insertInto('audit_keys')
        .values({
          key_id: keyId,
          key_sealed: secrets.seal(key.toString('base64'), placeOf(keyId)),
          made_at: clock.now(),
        })
        .onConflict((conflict) => conflict.column('key_id').doNothing()),
    ),
  );
}

/** Seals with the present secret key what is sealed with the previous one. */
export async function resealCheckpointKeys(
  db: Pick<Database, 'build' | 'all' | 'write' | 'statement'>,
  secrets: Pick<SecretBox, 'isStale' | 'open' | 'seal'>,
): Promise<void> {
  const rows = await db.all(db.build.selectFrom('audit_keys').select(['key_id', 'key_sealed']));
  for (const { key_id: keyId, key_sealed: sealed } of rows) {
    const text = secrets.isStale(sealed) ? openKey(secrets, keyId, sealed) : undefined;
    if (text === undefined) continue;
    const renew = db.build
      .updateTable('audit_keys')
      .set({ key_sealed: secrets.seal(text, placeOf(keyId)) })
      .where('key_id', '=', keyId)
      .where('key_sealed', '=', sealed);
    await db.write([db.statement(renew)]);
  }
}

/** Those that open with the secret keys at hand. */
export async function readCheckpointKeys(
  db: Pick<Database, 'build' | 'all'>,
  secrets: Pick<SecretBox, 'open'>,
): Promise<DerivedKey[]> {
  const rows = await db.all(db.build.selectFrom('audit_keys').select(['key_id', 'key_sealed']));
  return rows.flatMap(({ key_id: keyId, key_sealed: sealed }) => {
    const text = openKey(secrets, keyId, sealed);
    return text === undefined ? [] : [{ keyId, key: Buffer.from(text, 'base64') }];
  });
}

function openKey(secrets: Pick<SecretBox, 'open'>, keyId: string, sealed: string): string | undefined {
  try {
    return secrets.open(sealed, placeOf(keyId));
  } catch (error) {
    // Of a secret key that nobody has any more, or put there by hand: it proves nothing.
    if (error instanceof SecretError) return undefined;
    throw error;
  }
}

function placeOf(keyId: string): SealedPlace {
  return { accountId: '', table: 'audit_keys', row: keyId, column: 'key_sealed' };
}
