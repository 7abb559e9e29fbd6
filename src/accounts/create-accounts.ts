import type { Actor } from '../audit/index.ts';
import type { Database } from '../db/index.ts';
import { systemTimers } from '../engine/index.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import { toActor } from './actor.ts';
import { authenticateKey } from './authenticate-key.ts';
import { authenticateKeyId } from './authenticate-key-id.ts';
import { authenticateCookie, authenticateToken } from './authenticate-token.ts';
import { type AccountsDependencies, createContext, hearRevocation } from './context.ts';
import {
  type AccountActor,
  type AccountInput,
  type CreatedAccount,
  createAccount,
} from './create-account.ts';
import { createFirstOwner, type FirstOwner, type FirstOwnerInput } from './create-first-owner.ts';
import { createKey } from './create-key.ts';
import { type CreatedUser, createUser, type UserInput } from './create-user.ts';
import { deleteAccount } from './delete-account.ts';
import type { DeletedAccount, DeletionStore } from './deletion-store.ts';
import { endExpired } from './end-expired.ts';
import type { KeyInput, KeyUpdate } from './key-rules.ts';
import type { KeyFilters } from './key-store.ts';
import { login, loginWithCookie, type SignInPlace } from './login.ts';
import { type AccountUpdate, findPlan, getAccount, listAccounts, updateAccount } from './manage-accounts.ts';
import { endOtherSessions, endSession, getSession, listSessions } from './manage-sessions.ts';
import {
  changePassword,
  deleteUser,
  getUser,
  issueSetupLink,
  listUsers,
  updateUser,
} from './manage-users.ts';
import { openSandbox, type SandboxAccess } from './open-sandbox.ts';
import { recheckOpen } from './recheck-open.ts';
import { refresh } from './refresh.ts';
import { deleteEndedSessions, revokeSession } from './session-life.ts';
import { completeSetup } from './setup-links.ts';
import type {
  Account,
  AccountPlan,
  AgentKey,
  KeyPrincipal,
  Principal,
  Revocation,
  Session,
  SessionCookie,
  SessionTokens,
  User,
  UserPrincipal,
} from './types.ts';
import { getKey, revokeKey, updateKey } from './update-key.ts';

/** Who may use the server: accounts, people and their sessions, agent keys. */
export interface Accounts {
  /** The principal behind a bearer credential of either kind: an access token when it looks like one, else a key. */
  authenticate(bearer: string | undefined): Promise<Principal>;
  /** Throws missing_api_key, invalid_api_key (also when revoked), api_key_expired, api_key_disabled. */
  authenticateKey(key: string | undefined): Promise<KeyPrincipal>;
  /** The principal of a key by its id; see authenticate-key-id.ts. */
  authenticateKeyId(
    accountId: string,
    keyId: string,
  ): Promise<KeyPrincipal & Pick<AgentKey, 'allowedOrigins'>>;
  /** Throws unauthorized. */
  authenticateToken(accessToken: string | undefined): Promise<UserPrincipal>;
  /** Throws unauthorized. `renewed`: what the browser is to keep from now on. */
  authenticateCookie(
    token: string,
  ): Promise<{ readonly principal: UserPrincipal; readonly renewed?: SessionCookie }>;
  /** Hears of every credential that ends, in whatever process, and of those that expire while something is open with them. Returns what stops the listening. */
  onRevoked(
    listener: (revocation: Revocation) => void,
    /** Whose things the listener would end: they are looked at again when something may not have been heard. */
    openPrincipals?: () => Iterable<Principal>,
  ): () => void;
  /** Grows whenever a credential ends: while it stays, those that were good are. */
  countEndings(): number;

  createKey(
    accountId: string,
    input: KeyInput,
    createdBy: string | undefined,
    by?: Actor,
  ): Promise<AgentKey & { readonly key: string }>;
  listKeys(accountId: string, request: PageRequest, filters?: KeyFilters): Promise<Page<AgentKey>>;
  getKey(accountId: string, keyId: string): Promise<AgentKey>;
  updateKey(accountId: string, keyId: string, update: KeyUpdate, by?: Actor): Promise<AgentKey>;
  revokeKey(accountId: string, keyId: string, by?: Actor): Promise<void>;

  /** Writes down that a key answers in pages of others from now on. */
  noteWidget(
    accountId: string,
    keyId: string,
    details: { readonly agentId: string; readonly origins: readonly string[] },
    by: Actor,
  ): Promise<void>;

  /** Sign-ins wait for it: for a server that answers before its first owner is there to sign in. */
  holdSignIns(until: Promise<void>): void;
  /** Throws invalid_credentials, login_throttled, login_busy. */
  login(email: string, password: string, from: SignInPlace): Promise<SessionTokens>;
  /** The same for a browser, which keeps the session in a cookie. */
  loginWithCookie(email: string, password: string, from: SignInPlace): Promise<SessionCookie>;
  refresh(refreshToken: string): Promise<SessionTokens>;
  logout(principal: UserPrincipal, by?: Actor): Promise<void>;
  /** The person's sign-ins that still count, the last one first. */
  listSessions(actor: UserPrincipal): Promise<readonly Session[]>;
  /** Throws not_found for what is no live session of the person. */
  getSession(actor: UserPrincipal, sessionId: string): Promise<Session>;
  endSession(actor: UserPrincipal, sessionId: string, by?: Actor): Promise<void>;
  /** Ends all sessions of the person but the one that asks. */
  endOtherSessions(actor: UserPrincipal, by?: Actor): Promise<void>;
  completeSetup(setupToken: string, password: string, from?: Pick<Actor, 'ip' | 'requestId'>): Promise<User>;
  changePassword(actor: UserPrincipal, current: string, next: string, by?: Actor): Promise<void>;
  /** Housekeeping, to be called now and then. */
  deleteEndedSessions(): Promise<number>;

  createUser(actor: UserPrincipal, input: UserInput, by?: Actor): Promise<CreatedUser>;
  listUsers(accountId: string, request: PageRequest): Promise<Page<User>>;
  getUser(accountId: string, userId: string): Promise<User>;
  updateUser(
    actor: UserPrincipal,
    userId: string,
    update: { name?: string | undefined; role?: string | undefined },
    by?: Actor,
  ): Promise<User>;
  deleteUser(actor: UserPrincipal, userId: string, by?: Actor): Promise<void>;
  issueSetupLink(
    actor: UserPrincipal,
    userId: string,
    by?: Actor,
  ): Promise<{ readonly setupToken: string; readonly expiresAt: number }>;

  /** Throws forbidden in a sandbox. */
  openSandbox(actor: UserPrincipal, by?: Actor): Promise<SandboxAccess>;

  createFirstOwner(input: FirstOwnerInput): Promise<FirstOwner>;
  hasAnyAccount(): Promise<boolean>;
  /** The account of whoever runs the server; undefined while there is none. */
  operatorAccountId(): Promise<string | undefined>;
  /** The next three are for the operator only. */
  createAccount(input: AccountInput, by?: AccountActor): Promise<CreatedAccount>;
  listAccounts(request: PageRequest): Promise<Page<Account>>;
  updateAccount(accountId: string, update: AccountUpdate, by?: AccountActor): Promise<Account>;
  /** Nobody gets in any more when this resolves; `confirm` has to be the account's name. See delete-account.ts. */
  deleteAccount(accountId: string, confirm: string, by?: AccountActor): Promise<void>;
  /** For whoever erases what deleted accounts have left. */
  listDeleted(since: number): Promise<readonly DeletedAccount[]>;
  noteErased: DeletionStore['noteErased'];
  emptyBooks: DeletionStore['emptyBooks'];
  /** `from`: as it was at the moment of a snapshot. */
  getAccount(accountId: string, from?: Pick<Database, 'scan'>): Promise<Account>;
  findPlan(accountId: string): Promise<AccountPlan>;
}

export function createAccounts(dependencies: AccountsDependencies): Accounts {
  const context = createContext(dependencies);
  const { timers = systemTimers } = dependencies;
  const { store, revocations, openPrincipals, signals } = context;
  signals.subscribe('revoked', (text) => hearRevocation(context, text));
  signals.onGap(() => void recheckOpen(context));
  let stopEnding: (() => void) | undefined;
  let mayBegin: Promise<void> | undefined;
  // Made once, and for good.
  let operatorAccountId: string | undefined;
  return {
    authenticate: (bearer) =>
      isTokenShaped(bearer) ? authenticateToken(context, bearer) : authenticateKey(context, bearer),
    authenticateKey: (key) => authenticateKey(context, key),
    authenticateKeyId: (accountId, keyId) => authenticateKeyId(context, accountId, keyId),
    authenticateToken: (accessToken) => authenticateToken(context, accessToken),
    authenticateCookie: (token) => authenticateCookie(context, token),
    onRevoked: (listener, list = () => []) => {
      revocations.add(listener);
      openPrincipals.add(list);
      stopEnding ??= endExpired(context, timers);
      return () => {
        revocations.delete(listener);
        openPrincipals.delete(list);
        if (revocations.size > 0) return;
        stopEnding?.();
        stopEnding = undefined;
      };
    },

    countEndings: () => context.endings.count,

    createKey: (accountId, input, createdBy, by) => createKey(context, accountId, input, createdBy, by),
    listKeys: async (accountId, request, filters = {}) => ({
      ...(await store.listKeys(accountId, request, filters)),
      page: request.page,
    }),
    getKey: (accountId, keyId) => getKey(context, accountId, keyId),
    updateKey: (accountId, keyId, update, by) => updateKey(context, accountId, keyId, update, by),
    revokeKey: (accountId, keyId, by) => revokeKey(context, accountId, keyId, by),

    async noteWidget(accountId, keyId, { agentId, origins }, by) {
      const object = { type: 'key', id: keyId } as const;
      const details = { agentId, origins: [...origins] };
      await context.db.write([
        context.audit.record({ accountId, action: 'widget.created', by, object, details }),
      ]);
    },

    holdSignIns: (until) => {
      mayBegin = until;
    },
    async login(email, password, from) {
      await mayBegin;
      return login(context, email, password, from);
    },
    async loginWithCookie(email, password, from) {
      await mayBegin;
      return loginWithCookie(context, email, password, from);
    },
    refresh: (refreshToken) => refresh(context, refreshToken),
    logout: (principal, by = toActor(principal)) =>
      revokeSession(context, principal.accountId, principal.sessionId, { action: 'session.ended', by }),
    listSessions: (actor) => listSessions(context, actor),
    getSession: (actor, sessionId) => getSession(context, actor, sessionId),
    endSession: (actor, sessionId, by) => endSession(context, actor, sessionId, by),
    endOtherSessions: (actor, by) => endOtherSessions(context, actor, by),
    completeSetup: (setupToken, password, from) => completeSetup(context, setupToken, password, from),
    changePassword: (actor, current, next, by) => changePassword(context, actor, current, next, by),
    deleteEndedSessions: () => deleteEndedSessions(context),

    createUser: (actor, input, by) => createUser(context, actor, input, by),
    listUsers: (accountId, request) => listUsers(context, accountId, request),
    getUser: (accountId, userId) => getUser(context, accountId, userId),
    updateUser: (actor, userId, update, by) => updateUser(context, actor, userId, update, by),
    deleteUser: (actor, userId, by) => deleteUser(context, actor, userId, by),
    issueSetupLink: (actor, userId, by) => issueSetupLink(context, actor, userId, by),

    openSandbox: (actor, by) => openSandbox(context, actor, by),
    createFirstOwner: (input) => createFirstOwner(context, input),
    hasAnyAccount: () => store.hasAnyAccount(),
    operatorAccountId: async () => {
      operatorAccountId ??= (await store.findOperator())?.accountId;
      return operatorAccountId;
    },
    createAccount: (input, by) => createAccount(context, input, by),
    listAccounts: (request) => listAccounts(context, request),
    updateAccount: (accountId, update, by) => updateAccount(context, accountId, update, by),
    deleteAccount: (accountId, confirm, by) => deleteAccount(context, accountId, confirm, by),
    listDeleted: (since) => store.listDeleted(since),
    noteErased: (accountId, books) => store.noteErased(accountId, books),
    emptyBooks: (accountId) => store.emptyBooks(accountId),
    getAccount: (accountId, from) => getAccount(context, accountId, from),
    findPlan: (accountId) => findPlan(context, accountId),
  };
}

/** A JWT has three parts; an agent key has no dot. */
function isTokenShaped(bearer: string | undefined): boolean {
  return bearer !== undefined && !bearer.startsWith('sk-') && bearer.split('.', 4).length === 3;
}
