import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { createAudit } from '../audit/index.ts';
import { type Database, noSignals, type Signals } from '../db/index.ts';
import type { Timers } from '../engine/index.ts';
import { MusterError } from '../lib/errors.ts';
import { createIds } from '../lib/ids.ts';
import { createSecretBox, type SecretBox } from '../lib/secrets.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { type Accounts, createAccounts } from './create-accounts.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { UserPrincipal } from './types.ts';

export const OWNER_EMAIL = 'ada@example.com';
export const OWNER_PASSWORD = 'engine-of-difference';

/** A clock that stands until it is moved. */
class TestClock {
  ms = Date.parse('2026-11-21T12:00:00Z');
  now = (): number => this.ms;
  pass(ms: number): void {
    this.ms += ms;
  }
}

/** Real hashing is tested once, in password-hasher.test.ts; elsewhere it would only take time. */
const quickPasswords: PasswordHasher = {
  hash: async (password) => `quick:${password}`,
  verify: async (stored, password, begin) => {
    begin?.();
    return stored === `quick:${password}`;
  },
};

export interface Fixture {
  readonly accounts: Accounts;
  readonly db: Database;
  readonly clock: TestClock;
  readonly warnings: unknown[];
  /** Another process on the same data, with caches of its own. */
  another(secrets?: SecretBox, signals?: Signals, timers?: Timers): Accounts;
  readonly secretKey: Buffer;
  close(): Promise<void>;
  /** The first account's id, with its owner signed in. */
  owner(): Promise<UserPrincipal>;
  signIn(email: string, password?: string): Promise<UserPrincipal>;
}

export async function createFixture(passwords: PasswordHasher = quickPasswords): Promise<Fixture> {
  const opened = await openTestDatabase();
  const { db } = opened;
  let closed = false;
  const close = async () => {
    if (!closed) await opened.close();
    closed = true;
  };
  after(async () => {
    await close();
  });
  const clock = new TestClock();
  const warnings: unknown[] = [];
  const secretKey = randomBytes(32);
  const log = { warn: (...args: unknown[]) => void warnings.push(args) };
  const audit = createAudit({ db, clock, ids: createIds(clock.now) });
  const another: Fixture['another'] = (
    secrets = createSecretBox({ current: secretKey }),
    signals = noSignals,
    timers = undefined,
  ) =>
    createAccounts({ db, clock, ids: createIds(clock.now), log, secrets, audit, passwords, signals, timers });
  const accounts = another();
  const signIn = async (email: string, password = OWNER_PASSWORD) =>
    accounts.authenticateToken((await accounts.login(email, password, { ip: '192.0.2.1' })).accessToken);
  return {
    accounts,
    db,
    clock,
    warnings,
    another,
    secretKey,
    close,
    signIn,
    owner: async () => {
      await accounts.createFirstOwner({
        email: OWNER_EMAIL,
        password: OWNER_PASSWORD,
        creditNanoUsd: 10_000_000_000n,
      });
      return signIn(OWNER_EMAIL);
    },
  };
}

/** Asserts that a promise rejects with the error code, and returns the error. */
export async function rejectsWith(promise: Promise<unknown>, code: string): Promise<MusterError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof MusterError, `expected ${code}, got ${error}`);
  assert.equal(error.code, code, error.message);
  return error;
}
