import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { SecretBox } from '../../../lib/secrets.ts';
import { responseErrors } from './errors.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'mst1';

export type SealedKind = 'reasoning' | 'compaction';

/** Makes the `encrypted_content` of items. What is sealed opens for its account and kind only, and is self-contained. */
export interface ContentSealer {
  /** The same text gives the same sealed text, because a replayed stream must equal the first one. */
  seal(accountId: string, kind: SealedKind, text: string): string;
  /** Throws invalid_encrypted_content, naming `field`. */
  open(accountId: string, kind: SealedKind, sealed: string, field: string): string;
}

export function createContentSealer(secrets: Pick<SecretBox, 'derive'>): ContentSealer {
  const keys = secrets.derive('encrypted-content');
  const ivKeys = secrets.derive('encrypted-content/iv');
  const [current] = keys;
  const [currentIv] = ivKeys;

  return {
    seal(accountId, kind, text) {
      const place = associatedData(current.keyId, accountId, kind);
      // The nonce is made of what is sealed: equal ones mean equal texts, so none is ever used for two.
      const iv = createHmac('sha256', currentIv.key)
        .update(place)
        .update(text)
        .digest()
        .subarray(0, IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(place);
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${current.keyId}.${sealed.toString('base64url')}`;
    },

    open(accountId, kind, sealed, field) {
      const refuse = (cause?: unknown): Error =>
        responseErrors.invalid_encrypted_content(
          `Invalid '${field}': it was not made by this server for this account, or was altered.`,
          { field, reason: 'cannot be opened', ...(cause !== undefined && { cause }) },
        );
      const [version, keyId, data = '', ...rest] = sealed.split('.');
      const key = keys.find((candidate) => candidate.keyId === keyId);
      if (version !== VERSION || !key || rest.length > 0) throw refuse();
      const bytes = Buffer.from(data, 'base64url');
      if (bytes.length < IV_BYTES + TAG_BYTES) throw refuse();
      try {
        const decipher = createDecipheriv('aes-256-gcm', key.key, bytes.subarray(0, IV_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(associatedData(key.keyId, accountId, kind));
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
        const text = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch (cause) {
        throw refuse(cause);
      }
    },
  };
}

function associatedData(keyId: string, accountId: string, kind: SealedKind): Buffer {
  return Buffer.from(JSON.stringify([VERSION, keyId, accountId, kind]));
}
