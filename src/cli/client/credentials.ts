import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Environment } from '../command.ts';
import { CommandFailed } from '../failures.ts';

/** Who has signed in, and where. */
export interface Credentials {
  readonly url: string;
  readonly email: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token ends, milliseconds. */
  readonly expiresAt: number;
}

export function credentialsPath(env: Environment): string {
  const configured = env.XDG_CONFIG_HOME ?? '';
  // The XDG specification: what is not absolute is ignored.
  const folder = isAbsolute(configured) ? configured : join(env.HOME || homedir(), '.config');
  return join(folder, 'muster', 'credentials.json');
}

/** Undefined when nobody has signed in. */
export function loadCredentials(env: Environment): Credentials | undefined {
  const path = credentialsPath(env);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CommandFailed(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  try {
    return check(JSON.parse(text));
  } catch {
    throw new CommandFailed(`${path} is damaged. Sign in again: muster login`);
  }
}

/** The file is whole at any moment, and readable by its owner only. */
export function saveCredentials(env: Environment, credentials: Credentials): void {
  const path = credentialsPath(env);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

export function forgetCredentials(env: Environment): void {
  rmSync(credentialsPath(env), { force: true });
}

function check(value: Partial<Record<keyof Credentials, unknown>>): Credentials {
  const { url, email, accessToken, refreshToken, expiresAt } = value;
  if (
    typeof url !== 'string' ||
    typeof email !== 'string' ||
    typeof accessToken !== 'string' ||
    typeof refreshToken !== 'string' ||
    typeof expiresAt !== 'number'
  ) {
    throw new TypeError('not credentials');
  }
  return { url, email, accessToken, refreshToken, expiresAt };
}
