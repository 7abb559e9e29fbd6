import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SECRET_KEY_FILE } from './home-folder.ts';

/**
 * The secret key of the settings or else of the folder; undefined for a file that is not there or is no key: the server
 * says more about that when it starts.
 */
export function readSecretKey(home: string, given: Buffer | undefined): Buffer | undefined {
  if (given) return given;
  const file = join(home, SECRET_KEY_FILE);
  if (!statSync(file, { throwIfNoEntry: false })) return undefined;
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  return key.length === 32 ? key : undefined;
}
