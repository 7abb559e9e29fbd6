import type { Page, PageRequest } from '../lib/page.ts';
import { authenticateKey } from './authenticate-key.ts';
import { authenticateToken } from './authenticate-token.ts';
import { type AccountsDependencies, createContext } from './context.ts';
import { type AccountInput, type CreatedAccount, createAccount } from './create-account.ts';
import { createFirstOwner, type FirstOwner, type FirstOwnerInput } from './create-first-owner.ts';
import { createKey } from './create-key.ts';
import { type CreatedUser, createUser, type UserInput } from './create-user.ts';
import type { KeyInput, KeyUpdate } from './key-rules.ts';
import { login } from './login.ts';
import { type AccountUpdate, findPlan, getAccount, listAccounts, updateAccount } from './manage-accounts.ts';
import {
  changePassword,
  deleteUser,
  getUser,
  issueSetupLink,
  listUsers,
  updateUser,
} from './manage-users.ts';
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
  /** Throws unauthorized. */
  authenticateToken(accessToken: string | undefined): Promise<UserPrincipal>;
  /** Hears of every credential that ends in this process. Returns what stops the listening. */
  onRevoked(listener: (revocation: Revocation) => void): () => void;

  createKey(
    accountId: string,
    input: KeyInput,
    createdBy: string | undefined,
  ): Promise<AgentKey & { readonly key: string }>;
  listKeys(accountId: string, request: PageRequest): Promise<Page<AgentKey>>;
  getKey(accountId: string, keyId: string): Promise<AgentKey>;
  updateKey(accountId: string, keyId: string, update: KeyUpdate): Promise<AgentKey>;
  revokeKey(accountId: string, keyId: string): Promise<void>;

  /** Throws invalid_credentials, login_throttled, login_busy. `ip` is the client's address. */
  login(email: string, password: string, ip: string): Promise<SessionTokens>;
  refresh(refreshToken: string): Promise<SessionTokens>;
  logout(principal: UserPrincipal): Promise<void>;
  completeSetup(setupToken: string, password: string): Promise<User>;
  changePassword(actor: UserPrincipal, current: string, next: string): Promise<void>;
  /** Housekeeping, to be called now and then. */
  deleteEndedSessions(): Promise<number>;

  createUser(actor: UserPrincipal, input: UserInput): Promise<CreatedUser>;
  listUsers(accountId: string, request: PageRequest): Promise<Page<User>>;
  getUser(accountId: string, userId: string): Promise<User>;
  updateUser(
    actor: UserPrincipal,
    userId: string,
    update: { name?: string | undefined; role?: string | undefined },
  ): Promise<User>;
  deleteUser(actor: UserPrincipal, userId: string): Promise<void>;
  issueSetupLink(
    actor: UserPrincipal,
    userId: string,
  ): Promise<{ readonly setupToken: string; readonly expiresAt: number }>;

  createFirstOwner(input: FirstOwnerInput): Promise<FirstOwner>;
  hasAnyAccount(): Promise<boolean>;
  /** The next three are for the operator only. */
  createAccount(input: AccountInput): Promise<CreatedAccount>;
  listAccounts(request: PageRequest): Promise<Page<Account>>;
  updateAccount(accountId: string, update: AccountUpdate): Promise<Account>;
  getAccount(accountId: string): Promise<Account>;
  findPlan(accountId: string): Promise<AccountPlan>;
}

export function createAccounts(dependencies: AccountsDependencies): Accounts {
  const context = createContext(dependencies);
  const { store, revocations } = context;
  return {
    authenticate: (bearer) =>
      isTokenShaped(bearer) ? authenticateToken(context, bearer) : authenticateKey(context, bearer),
    authenticateKey: (key) => authenticateKey(context, key),
    authenticateToken: (accessToken) => authenticateToken(context, accessToken),
    onRevoked: (listener) => {
      revocations.add(listener);
      return () => revocations.delete(listener);
    },

    createKey: (accountId, input, createdBy) => createKey(context, accountId, input, createdBy),
    listKeys: async (accountId, request) => ({
      ...(await store.listKeys(accountId, request)),
      page: request.page,
    }),
    getKey: (accountId, keyId) => getKey(context, accountId, keyId),
    updateKey: (accountId, keyId, update) => updateKey(context, accountId, keyId, update),
    revokeKey: (accountId, keyId) => revokeKey(context, accountId, keyId),

    login: (email, password, ip) => login(context, email, password, ip),
    refresh: (refreshToken) => refresh(context, refreshToken),
    logout: ({ accountId, sessionId }) => revokeSession(context, accountId, sessionId),
    completeSetup: (setupToken, password) => completeSetup(context, setupToken, password),
    changePassword: (actor, current, next) => changePassword(context, actor, current, next),
    deleteEndedSessions: () => deleteEndedSessions(context),

    createUser: (actor, input) => createUser(context, actor, input),
    listUsers: (accountId, request) => listUsers(context, accountId, request),
    getUser: (accountId, userId) => getUser(context, accountId, userId),
    updateUser: (actor, userId, update) => updateUser(context, actor, userId, update),
    deleteUser: (actor, userId) => deleteUser(context, actor, userId),
    issueSetupLink: (actor, userId) => issueSetupLink(context, actor, userId),

    createFirstOwner: (input) => createFirstOwner(context, input),
    hasAnyAccount: () => store.hasAnyAccount(),
    createAccount: (input) => createAccount(context, input),
    listAccounts: (request) => listAccounts(context, request),
    updateAccount: (accountId, update) => updateAccount(context, accountId, update),
    getAccount: (accountId) => getAccount(context, accountId),
    findPlan: (accountId) => findPlan(context, accountId),
  };
}

/** A JWT has three parts; an agent key has no dot. */
function isTokenShaped(bearer: string | undefined): boolean {
  return bearer !== undefined && !bearer.startsWith('sk-') && bearer.split('.', 4).length === 3;
}
