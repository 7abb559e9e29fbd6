import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './load-config.ts';

export interface SecretKey {
  readonly key: Buffer;
  /** True when the file did not exist and this call made it. */
  readonly made: boolean;
  /** What the operator should know, for the log. */
  readonly warnings: readonly string[];
}

/**
 * The 32 bytes in `<home>/secret.key`, made once: starters that race for it all end with the same key. Throws
 * ConfigError when the file is damaged; closes it to other users (0600) when it was open to them, with a warning.
 */
export function loadSecretKey(home: string): SecretKey {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const path = join(home, 'secret.key');
  const made = exists(path) ? false : makeKeyFile(home, path);
  const warnings = closeToOthers(path);
  return { key: readKeyFile(path), made, warnings };
}

/** Writes the whole key beside its place first, so that no other starter can read half of it. False: another won. */
function makeKeyFile(home: string, path: string): boolean {
  const draft = join(home, `secret.key.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeSync(file, `${randomBytes(32).toString('base64')}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return publish(draft, path) && syncFolder(home);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Puts the draft in its place unless something is there already. */
function publish(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
  }
  // Some file systems know no hard links.
  try {
    copyFileSync(draft, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw new ConfigError(
      `${path} cannot be made (${errorCode(error)}). Check who may write to MUSTER_HOME.`,
      {
        cause: error,
      },
    );
  }
}

/** The new name must survive a power cut too: what is sealed with a lost key is lost. */
function syncFolder(home: string): true {
  if (process.platform === 'win32') return true;
  const folder = openSync(home, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
  return true;
}

function closeToOthers(path: string): readonly string[] {
  if (process.platform === 'win32') return [];
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) === 0) return [];
  const was = mode.toString(8).padStart(4, '0');
  try {
    chmodSync(path, 0o600);
  } catch (cause) {
    throw new ConfigError(
      `${path} can be read by other users (mode ${was}) and cannot be closed to them. Run: chmod 600 ${path}`,
      { cause },
    );
  }
  return [
    `${path} was open to other users (mode ${was}); it is 0600 now. If they may have read it, replace the key.`,
  ];
}

function readKeyFile(path: string): Buffer {
  const text = readFileSync(path, 'utf8').trim();
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32 || key.toString('base64') !== text) {
    throw new ConfigError(
      `${path} is damaged: it must hold 32 bytes in base64. Restore it from a backup; a new key cannot open what the old one sealed.`,
    );
  }
  return key;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
