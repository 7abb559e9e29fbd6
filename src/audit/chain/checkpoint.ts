import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AuditCheckpointsTable } from '../../db/index.ts';
import type { DerivedKey, SecretBox } from '../../lib/secrets.ts';

const PURPOSE = 'audit-checkpoint';

/** What stands for the lines that were taken off the beginning of an account's log. */
export interface AuditCheckpoint {
  readonly accountId: string;
  /** How many lines those are: the number of the last. */
  readonly seq: number;
  /** What that one hashes to with all before it. */
  readonly hash: string;
  /** When it was written. */
  readonly lastAt: number;
  readonly madeAt: number;
  /** Names the secret key that signed it. */
  readonly keyId: string;
  /** HMAC-SHA256 of all that, in hexadecimal. */
  readonly signature: string;
}

export type CheckpointSecrets = Pick<SecretBox, 'derive'>;

/** What signs checkpoints: the present key first. */
export function checkpointKeys(secrets: CheckpointSecrets): readonly [DerivedKey, ...DerivedKey[]] {
  return secrets.derive(PURPOSE);
}

export function signCheckpoint(
  secrets: CheckpointSecrets,
  checkpoint: Omit<AuditCheckpoint, 'keyId' | 'signature'>,
): AuditCheckpoint {
  const [current] = checkpointKeys(secrets);
  const { keyId } = current;
  return { ...checkpoint, keyId, signature: signatureOf(current, checkpoint) };
}

/** Why a checkpoint proves nothing; undefined when it does. */
export function checkpointProblem(
  secrets: CheckpointSecrets | undefined,
  checkpoint: AuditCheckpoint,
): string | undefined {
  const keys = secrets ? checkpointKeys(secrets) : [];
  const key = keys.find(({ keyId }) => keyId === checkpoint.keyId);
  if (key) return signatureProblem(key, checkpoint);
  return `${nameOf(checkpoint)} was signed with the secret key ${checkpoint.keyId}, which is not here`;
}

/** Why a checkpoint is not what this key has signed; undefined when it is. */
export function signatureProblem(key: DerivedKey, checkpoint: AuditCheckpoint): string | undefined {
  const [given, due] = [checkpoint.signature, signatureOf(key, checkpoint)].map((text) => Buffer.from(text));
  const isGood = given && due && given.length === due.length && timingSafeEqual(given, due);
  return isGood ? undefined : `${nameOf(checkpoint)} was not made by this server, or was changed`;
}

/** Whether it is still signed with a former key, and holds. */
export function isStaleCheckpoint(secrets: CheckpointSecrets, checkpoint: AuditCheckpoint): boolean {
  const [{ keyId }] = checkpointKeys(secrets);
  return checkpoint.keyId !== keyId && checkpointProblem(secrets, checkpoint) === undefined;
}

export function toCheckpoint(row: AuditCheckpointsTable): AuditCheckpoint {
  return {
    accountId: row.account_id,
    seq: row.seq,
    hash: row.hash,
    lastAt: row.last_at,
    madeAt: row.made_at,
    keyId: row.key_id,
    signature: row.signature,
  };
}

export function toCheckpointRow(checkpoint: AuditCheckpoint): AuditCheckpointsTable {
  return {
    account_id: checkpoint.accountId,
    seq: checkpoint.seq,
    hash: checkpoint.hash,
    last_at: checkpoint.lastAt,
    made_at: checkpoint.madeAt,
    key_id: checkpoint.keyId,
    signature: checkpoint.signature,
  };
}

function nameOf({ seq }: AuditCheckpoint): string {
  return `the checkpoint of its first ${seq} lines`;
}

function signatureOf(
  { key }: DerivedKey,
  { accountId, seq, hash, lastAt, madeAt }: Omit<AuditCheckpoint, 'keyId' | 'signature'>,
): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['v1', accountId, seq, hash, lastAt, madeAt]))
    .digest('hex');
}
