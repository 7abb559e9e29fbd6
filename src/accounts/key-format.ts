import { crc32 } from 'node:zlib';
import type { RandomBytes } from './context.ts';
import { randomBase62, toBase62 } from './secret-text.ts';

/** The brand keeps our keys from being mistaken, and revoked, as another company's. */
const BRAND = 'sk-muster_';
const ID_CHARS = 10;
const SECRET_CHARS = 32;
const CHECK_CHARS = 6;
const LENGTH = BRAND.length + ID_CHARS + SECRET_CHARS + CHECK_CHARS;
const PATTERN = /^sk-muster_[0-9A-Za-z]{48}$/;

/**
 * A new agent key: `sk-muster_`, 10 characters to look it up by, 32 secret ones (190 bits), 6 of CRC32 over the rest.
 * The checksum lets garbage be refused, and secret scanners be sure, without asking the database.
 */
export function makeKeyText(randomBytes: RandomBytes): string {
  const text = BRAND + randomBase62(ID_CHARS + SECRET_CHARS, randomBytes);
  return text + checksum(text);
}

/** Whether a text can be a key at all. Costs well under a microsecond. */
export function isKeyText(text: string): boolean {
  if (text.length !== LENGTH || !PATTERN.test(text)) return false;
  const end = LENGTH - CHECK_CHARS;
  return checksum(text.slice(0, end)) === text.slice(end);
}

/** The public part, unique to the key. */
export function keyPrefix(text: string): string {
  return text.slice(0, BRAND.length + ID_CHARS);
}

function checksum(text: string): string {
  return toBase62(crc32(text));
}
