import type { Database, Statement } from '../db/index.ts';
import { toRole } from './roles.ts';
import { sandboxIdOf } from './sandbox-id.ts';
import type { Role, Session } from './types.ts';

/** A session with who it belongs to, as they are now. */
export interface SessionRow {
  readonly sessionId: string;
  readonly accountId: string;
  readonly accountStatus: string;
  readonly userId: string;
  /** Of the person; another than `accountId` in a sandbox. */
  readonly homeAccountId: string;
  readonly email: string;
  readonly role: Role;
  readonly isOperator: boolean;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

export interface RefreshTokenRow {
  readonly hash: string;
  readonly sessionId: string;
  readonly accountId: string;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

const MAX_USER_AGENT_CHARS = 500;

export type SessionStore = ReturnType<typeof createSessionStore>;

export function createSessionStore(db: Database) {
  const readSession = db.prepareRead<
    { id: string; account_id: string },
    {
      user_id: string;
      home_account_id: string;
      created_at: number;
      expires_at: number;
      revoked_at: number | null;
      email: string;
      role: string;
      is_operator: number;
      status: string;
    }
  >((queries, param) =>
    queries
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
      .select(['sessions.user_id', 'sessions.created_at', 'sessions.expires_at', 'sessions.revoked_at'])
      .select(['users.email', 'users.role', 'users.is_operator', 'accounts.status'])
      .select('users.account_id as home_account_id')
      .where('sessions.id', '=', param('id'))
      .where('sessions.account_id', '=', param('account_id')),
  );

  return {
    async findSession(accountId: string, sessionId: string): Promise<SessionRow | undefined> {
      const [row] = await readSession({ id: sessionId, account_id: accountId });
      return (
        row && {
          sessionId,
          accountId,
          accountStatus: row.status,
          userId: row.user_id,
          homeAccountId: row.home_account_id,
          email: row.email,
          role: toRole(row.role),
          isOperator: row.is_operator === 1 && row.home_account_id === accountId,
          createdAt: row.created_at,
          expiresAt: row.expires_at,
          revokedAt: row.revoked_at,
        }
      );
    },

    /** The token is what tells the account here. */
    async findRefreshToken(hash: string): Promise<RefreshTokenRow | undefined> {
      const row = await db.first(db.build.selectFrom('refresh_tokens').selectAll().where('hash', '=', hash));
      return (
        row && {
          hash,
          sessionId: row.session_id,
          accountId: row.account_id,
          expiresAt: row.expires_at,
          usedAt: row.used_at,
        }
      );
    },

    insertSession(session: {
      id: string;
      accountId: string;
      userId: string;
      createdAt: number;
      expiresAt: number;
      ip: string | undefined;
      userAgent: string | undefined;
    }): Statement {
      return db.statement(
        db.build.insertInto('sessions').values({
          id: session.id,
          account_id: session.accountId,
          user_id: session.userId,
          created_at: session.createdAt,
          refreshed_at: session.createdAt,
          expires_at: session.expiresAt,
          ip: session.ip ?? null,
          user_agent: session.userAgent?.slice(0, MAX_USER_AGENT_CHARS) ?? null,
        }),
      );
    },

    insertRefreshToken(token: {
      hash: string;
      sessionId: string;
      accountId: string;
      createdAt: number;
      expiresAt: number;
    }): Statement {
      return db.statement(
        db.build.insertInto('refresh_tokens').values({
          hash: token.hash,
          session_id: token.sessionId,
          account_id: token.accountId,
          created_at: token.createdAt,
          expires_at: token.expiresAt,
        }),
      );
    },

    /** Uses a refresh token up; only one of all who try at once gets through. */
    useRefreshToken(accountId: string, hash: string, now: number): Statement {
      return db.statement(
        db.build
          .updateTable('refresh_tokens')
          .set({ used_at: now })
          .where('hash', '=', hash)
          .where('account_id', '=', accountId)
          .where('used_at', 'is', null)
          .where('expires_at', '>', now),
        'token is unused',
      );
    },

    touchLiveSession(accountId: string, sessionId: string, now: number): Statement {
      return db.statement(
        db.build
          .updateTable('sessions')
          .set({ refreshed_at: now })
          .where('id', '=', sessionId)
          .where('account_id', '=', accountId)
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', now),
        'session lives',
      );
    },

    revokeSession(accountId: string, sessionId: string, now: number): Statement {
      return db.statement(
        db.build
          .updateTable('sessions')
          .set({ revoked_at: now })
          .where('id', '=', sessionId)
          .where('account_id', '=', accountId)
          .where('revoked_at', 'is', null),
      );
    },

    /** All sessions of a user but one, those in the account's sandbox among them. */
    revokeSessionsOfUser(accountId: string, userId: string, now: number, exceptId = ''): Statement {
      return db.statement(
        db.build
          .updateTable('sessions')
          .set({ revoked_at: now })
          .where('user_id', '=', userId)
          .where('account_id', 'in', [accountId, sandboxIdOf(accountId)])
          .where('id', '!=', exceptId)
          .where('revoked_at', 'is', null),
      );
    },

    /** Those of the account's sandbox among them; the last opened first. */
    async listLiveSessions(accountId: string, userId: string, now: number): Promise<Session[]> {
      const rows = await db.all(
        db.build
          .selectFrom('sessions')
          .select(['id', 'account_id', 'created_at', 'refreshed_at', 'ip', 'user_agent'])
          .where('user_id', '=', userId)
          .where('account_id', 'in', [accountId, sandboxIdOf(accountId)])
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', now)
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc'),
      );
      return rows.map((row) => ({
        sessionId: row.id,
        accountId: row.account_id,
        createdAt: row.created_at,
        lastRenewedAt: row.refreshed_at,
        ip: row.ip ?? undefined,
        userAgent: row.user_agent ?? undefined,
      }));
    },

    /** Housekeeping over all accounts: sessions, and with them their tokens, that ended before `before`. */
    deleteEndedSessions(before: number): Statement {
      return db.statement(
        db.build
          .deleteFrom('sessions')
          .where((eb) => eb.or([eb('expires_at', '<', before), eb('revoked_at', '<', before)])),
      );
    },
  };
}
