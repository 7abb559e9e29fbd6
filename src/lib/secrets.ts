import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 'v1';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The place a sealed text belongs to. It opens nowhere else, so rows cannot be swapped in the database. */
export interface SealedPlace {
  readonly accountId: string;
  readonly table: string;
  readonly row: string;
  readonly column: string;
}

/** A key made for one purpose from one of the server's secret keys. */
export interface DerivedKey {
  /** Names the secret key it comes from; public. */
  readonly keyId: string;
  readonly key: Buffer;
}

/** A sealed text could not be opened: another key, another place, or damage. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

export interface SecretBox {
  /** Names the current key; reveals nothing of it. */
  readonly keyId: string;
  /** `v1.<key id>.<iv>.<ciphertext>.<tag>`, different each time, that opens only at `place`. */
  seal(plaintext: string, place: SealedPlace): string;
  /** The text that was sealed at `place` under the current or the previous key, or throws SecretError. */
  open(sealed: string, place: SealedPlace): string;
  /** Whether a sealed text is still under the previous key and should be sealed anew. */
  isStale(sealed: string): boolean;
  /**
   * Keys of 32 bytes for another purpose (signing tokens, …), independent of each other and of the sealing key: the
   * current one first, then the previous one when there is one.
   */
  derive(purpose: string): readonly [DerivedKey, ...DerivedKey[]];
}

/** Seals with AES-256-GCM under `current`; opens what `current` or `previous` sealed. Both are 32 random bytes. */
export function createSecretBox(keys: { current: Buffer; previous?: Buffer | undefined }): SecretBox {
  const current = keyRing(keys.current);
  const previous = keys.previous === undefined ? undefined : keyRing(keys.previous);
  const sealingKeys = new Map<string, Buffer>();
  for (const ring of previous ? [previous, current] : [current]) {
    sealingKeys.set(ring.keyId, ring.derive('seal').key);
  }
  const sealingKey = current.derive('seal').key;

  return {
    keyId: current.keyId,

    seal(plaintext, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(associatedData(current.keyId, place));
      const text = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return [
        VERSION,
        current.keyId,
        ...[iv, text, cipher.getAuthTag()].map((part) => part.toString('base64url')),
      ].join('.');
    },

    open(sealed, place) {
      const [version, keyId = '', iv = '', text = '', tag = '', ...rest] = sealed.split('.');
      if (version !== VERSION || rest.length > 0)
        throw new SecretError('The sealed text has another format.');
      const key = sealingKeys.get(keyId);
      if (!key) {
        throw new SecretError(
          `The text was sealed with the key ${keyId}, which this server does not have. Set MUSTER_SECRET_KEY_PREVIOUS to it.`,
        );
      }
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(associatedData(keyId, place));
        decipher.setAuthTag(Buffer.from(tag, 'base64url'));
        return decipher.update(text, 'base64url', 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new SecretError('The sealed text is damaged or belongs to another place.', { cause });
      }
    },

    isStale: (sealed) => sealed.split('.', 2)[1] !== current.keyId,

    derive: (purpose) => {
      const key = current.derive(purpose);
      return previous ? [key, previous.derive(purpose)] : [key];
    },
  };
}

function keyRing(secret: Buffer): { keyId: string; derive(purpose: string): DerivedKey } {
  if (secret.length !== KEY_BYTES) throw new SecretError(`A secret key has ${KEY_BYTES} bytes.`);
  const expand = (purpose: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', `muster/${VERSION}/${purpose}`, bytes));
  const keyId = expand('key-id', 4).toString('hex');
  return { keyId, derive: (purpose) => ({ keyId, key: expand(`use/${purpose}`, KEY_BYTES) }) };
}

/** JSON keeps the fields apart whatever they contain: `a|b` + `c` is not `a` + `b|c`. */
function associatedData(keyId: string, place: SealedPlace): Buffer {
  const { accountId, table, row, column } = place;
  return Buffer.from(JSON.stringify([VERSION, keyId, accountId, table, row, column]));
}
