/** What a person may do in an account, from least to most. */
export const ROLES = ['viewer', 'editor', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export const TIERS = ['free', 'pro', 'enterprise'] as const;
export type Tier = (typeof TIERS)[number];

type AccountStatus = 'active' | 'suspended';

/** Who makes a request: a program with an agent key, or a person who is signed in. */
export type Principal = KeyPrincipal | UserPrincipal;

export interface KeyPrincipal {
  readonly kind: 'key';
  readonly accountId: string;
  readonly keyId: string;
  readonly keyName: string;
  /** The agents and crews that the key may call; undefined: all of the account's. */
  readonly agentIds: readonly string[] | undefined;
  readonly dailyLimitNanoUsd: bigint | undefined;
  readonly monthlyLimitNanoUsd: bigint | undefined;
  /** The same object for as long as the key is remembered; undefined: none but the account's. */
  readonly requestLimits: RequestLimits | undefined;
  /** When the key is over; infinite for one that has no end. */
  readonly expiresAt: number;
}

export interface UserPrincipal {
  readonly kind: 'user';
  readonly accountId: string;
  readonly userId: string;
  readonly email: string;
  readonly role: Role;
  readonly sessionId: string;
  /** Runs the server: may make and change accounts. Never so in a sandbox. */
  readonly isOperator: boolean;
  /** The account that the person belongs to: in its sandbox, another than `accountId`. */
  readonly homeAccountId: string;
  /** When the token is over that it was found by. */
  readonly expiresAt: number;
}

/** `revoked`: of a session, that it was ended. */
export type EndReason = 'deleted' | 'disabled' | 'expired' | 'revoked' | 'suspended';

/** A credential or account that stopped being good: whatever is still open under it must end now. */
export type Revocation = { readonly accountId: string; readonly why: EndReason } & (
  | { readonly kind: 'key'; readonly keyId: string }
  | {
      readonly kind: 'session';
      readonly sessionId: string;
      /** Only what was opened with a token of it that was over by then; the session itself goes on. */
      readonly expiredBy?: number;
    }
  | { readonly kind: 'account' }
);

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  readonly limits: AccountLimits | undefined;
  readonly status: AccountStatus;
  readonly balanceNanoUsd: bigint;
  readonly heldNanoUsd: bigint;
  readonly createdAt: number;
}

/** How many requests may be made; a window that is absent is unlimited. */
export interface RequestLimits {
  readonly requestsPerMinute?: number;
  readonly requestsPerHour?: number;
}

/** An account's own limits. */
export interface AccountLimits extends RequestLimits {
  /** Streams that may be open at once. */
  readonly concurrentStreams?: number;
  /** Jobs that may be queued or running at once. */
  readonly runningJobs?: number;
}

/** What decides how much an account may do. */
export interface AccountPlan {
  readonly tier: Tier;
  /** When present they go before the tier's. */
  readonly limits: AccountLimits | undefined;
}

export interface User {
  readonly id: string;
  readonly accountId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly isOperator: boolean;
  /** False until the set-up link was used. */
  readonly hasPassword: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A sign-in that still counts, with where it was made. */
export interface Session {
  readonly sessionId: string;
  /** The person's account, or its sandbox. */
  readonly accountId: string;
  readonly createdAt: number;
  /** When it was last renewed, which what is in use does within a day. */
  readonly lastRenewedAt: number;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

/** An agent key without its secret. */
export interface AgentKey {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** How the key begins, enough to recognise it by. */
  readonly prefix: string;
  readonly last4: string;
  readonly agentIds: readonly string[] | undefined;
  readonly dailyLimitNanoUsd: bigint | undefined;
  readonly monthlyLimitNanoUsd: bigint | undefined;
  readonly requestsPerMinute: number | undefined;
  readonly requestsPerHour: number | undefined;
  /** Where pages with a chat of its may be; undefined: where each embed code says. */
  readonly allowedOrigins: readonly string[] | undefined;
  readonly disabled: boolean;
  readonly createdBy: string | undefined;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  readonly lastUsedAt: number | undefined;
}

/** What a browser keeps: signed, of one session, and renewed while it is used. */
export interface SessionCookie {
  readonly token: string;
  readonly maxAgeSeconds: number;
}

/** What a sign-in or a refresh hands out. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly tokenType: 'bearer';
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
}
