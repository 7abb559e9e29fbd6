import { randomBytes } from 'node:crypto';
import type { AuditRecorder } from '../audit/index.ts';
import { type Database, noSignals, type Signals } from '../db/index.ts';
import type { Timers } from '../engine/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import type { SecretBox } from '../lib/secrets.ts';
import { type AccessClaims, type AccessTokens, createAccessTokens } from './access-tokens.ts';
import { type AccountStore, createAccountStore } from './account-store.ts';
import { COOKIE_SECONDS } from './cookie-life.ts';
import { CredentialCache } from './credential-cache.ts';
import { createDeletionStore, type DeletionStore } from './deletion-store.ts';
import { createKeyStore, type KeyStore } from './key-store.ts';
import { LoginThrottle } from './login-throttle.ts';
import { createPasswordHasher, type PasswordHasher } from './password-hasher.ts';
import { createRefreshTokens, type RefreshTokens } from './refresh-tokens.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';
import type { AccountPlan, KeyPrincipal, Principal, Revocation, UserPrincipal } from './types.ts';
import { createUserStore, type UserStore } from './user-store.ts';

/** A signature that was good stays good; the bound only keeps old tokens from staying in memory. */
const TOKEN_CACHE_MS = 10 * 60_000;

export type RandomBytes = (size: number) => Buffer;

export interface AccountsDependencies {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Pick<Logger, 'warn'>;
  readonly secrets: SecretBox;
  readonly audit: AuditRecorder;
  readonly randomBytes?: RandomBytes;
  readonly passwords?: PasswordHasher;
  readonly signals?: Pick<Signals, 'publish' | 'subscribe' | 'onGap'>;
  readonly timers?: Timers | undefined;
}

/** A key that was found good, with what must be looked at again each time it is used. */
export interface CachedKey {
  readonly principal: KeyPrincipal;
  readonly expiresAt: number | null;
  lastUsedAt: number;
}

export interface CachedSession {
  readonly principal: Omit<UserPrincipal, 'expiresAt'>;
  readonly expiresAt: number;
}

/** What the verbs of this room share. */
export interface AccountsContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Pick<Logger, 'warn'>;
  readonly audit: AuditRecorder;
  readonly randomBytes: RandomBytes;
  readonly passwords: PasswordHasher;
  readonly accessTokens: AccessTokens;
  /** What a browser keeps in its cookie; no access token, and an access token is none of these. */
  readonly cookieTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly store: AccountStore & UserStore & SessionStore & KeyStore & DeletionStore;
  /** By the SHA-256 of the whole key. */
  readonly keyCache: CredentialCache<CachedKey>;
  /** Claims of tokens whose signature was checked, by kind and SHA-256 of the whole token. Says nothing of their session. */
  readonly tokenCache: CredentialCache<AccessClaims>;
  /** By session id. */
  readonly sessionCache: CredentialCache<CachedSession>;
  readonly planCache: CredentialCache<AccountPlan & { readonly accountId: string }>;
  /** Failures by email and address together, and by address alone. */
  readonly throttles: { readonly pair: LoginThrottle; readonly address: LoginThrottle };
  readonly revocations: Set<(revocation: Revocation) => void>;
  /** How many revocations this process has heard of. */
  readonly endings: { count: number };
  /** Who has something open, by who keeps it. */
  readonly openPrincipals: Set<() => Iterable<Principal>>;
  readonly signals: Pick<Signals, 'publish' | 'subscribe' | 'onGap'>;
}

export function createContext(dependencies: AccountsDependencies): AccountsContext {
  const { db, clock, ids, log, secrets, audit, signals = noSignals } = dependencies;
  return {
    db,
    clock,
    ids,
    log,
    audit,
    randomBytes: dependencies.randomBytes ?? randomBytes,
    passwords: dependencies.passwords ?? createPasswordHasher(),
    accessTokens: createAccessTokens({ clock, ids, keys: secrets.derive('access-token') }),
    cookieTokens: createAccessTokens({
      clock,
      ids,
      keys: secrets.derive('session-cookie'),
      lifetimeSeconds: COOKIE_SECONDS,
    }),
    refreshTokens: createRefreshTokens(secrets.derive('refresh-token')),
    store: {
      ...createAccountStore(db),
      ...createUserStore(db),
      ...createSessionStore(db),
      ...createKeyStore(db),
      ...createDeletionStore(db),
    },
    keyCache: new CredentialCache(clock),
    tokenCache: new CredentialCache(clock, TOKEN_CACHE_MS),
    sessionCache: new CredentialCache(clock),
    planCache: new CredentialCache(clock),
    throttles: {
      pair: new LoginThrottle(clock, { freeFailures: 5, firstDelayMs: 1_000, longestDelayMs: 5 * 60_000 }),
      // An office shares one address, so it gets more room; a list of stolen passwords does not get far.
      address: new LoginThrottle(clock, { freeFailures: 100, firstDelayMs: 1_000, longestDelayMs: 60_000 }),
    },
    revocations: new Set(),
    endings: { count: 0 },
    openPrincipals: new Set(),
    signals,
  };
}

/** Tells all listeners, here and in other processes. */
export function announce(context: AccountsContext, revocation: Revocation): void {
  tell(context, revocation);
  context.signals.publish('revoked', JSON.stringify(revocation));
}

/** What another process has announced. What it says is what `announce` wrote. */
export function hearRevocation(context: AccountsContext, text: string): void {
  // A process of an older version does not say why.
  const revocation: Revocation = { why: 'revoked', ...JSON.parse(text) };
  const { accountId } = revocation;
  context.keyCache.drop(({ principal }) => principal.accountId === accountId);
  context.sessionCache.drop(({ principal }) => principal.accountId === accountId);
  context.planCache.drop(() => true);
  tell(context, revocation);
}

/** The listeners here. One that throws does not keep the others from hearing. */
export function tell(context: AccountsContext, revocation: Revocation): void {
  context.endings.count++;
  for (const listener of context.revocations) {
    try {
      listener(revocation);
    } catch (error) {
      context.log.warn({ err: error, kind: revocation.kind }, 'a listener to revocations failed');
    }
  }
}
