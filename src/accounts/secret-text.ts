import { hash } from 'node:crypto';
import type { RandomBytes } from './context.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Characters drawn evenly from 0-9, A-Z, a-z: 5.95 bits each. */
export function randomBase62(length: number, randomBytes: RandomBytes): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // Six bits give 64 values; the last two are thrown away, since folding them back would favour two characters.
      const value = byte & 63;
      if (value < 62 && text.length < length) text += BASE62.charAt(value);
    }
  }
  return text;
}

/** A number below 2^32 in 6 characters. */
export function toBase62(value: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < 6; i++) {
    text = BASE62.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/**
 * What is stored instead of a key or token. They are random and long, so a fast hash is enough: there is nothing to
 * guess, as there is with passwords.
 */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}
