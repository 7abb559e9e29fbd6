import type { Database, Statement, UsersTable } from '../db/index.ts';
import { type PageRequest, pageOffset } from '../lib/page.ts';
import { toRole } from './roles.ts';
import type { Role, User } from './types.ts';

export interface NewUser {
  readonly id: string;
  readonly accountId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly isOperator: boolean;
  readonly passwordHash: string | null;
  readonly setup: SetupLink | undefined;
  readonly createdAt: number;
}

/** A one-time link by which its holder sets the password. */
export interface SetupLink {
  readonly hash: string;
  readonly expiresAt: number;
}

/** What signing in needs to know, found by email alone: only then is the account known. */
export interface Credentials {
  readonly user: User;
  readonly passwordHash: string | null;
  readonly accountStatus: string;
}

export type UserStore = ReturnType<typeof createUserStore>;

export function createUserStore(db: Database) {
  return {
    async findCredentials(email: string): Promise<Credentials | undefined> {
      const row = await db.first(
        db.build
          .selectFrom('users')
          .innerJoin('accounts', 'accounts.id', 'users.account_id')
          .selectAll('users')
          .select('accounts.status as account_status')
          .where('users.email', '=', email),
      );
      return row && { user: toUser(row), passwordHash: row.password_hash, accountStatus: row.account_status };
    },

    /** The user whom a set-up link that is still good belongs to. The link is what tells the account. */
    async findBySetupHash(hash: string, now: number): Promise<User | undefined> {
      const row = await db.first(
        db.build
          .selectFrom('users')
          .selectAll()
          .where('setup_hash', '=', hash)
          .where('setup_expires_at', '>', now),
      );
      return row && toUser(row);
    },

    /** The owner made at the first start, and whether that owner can sign in already. */
    async findOperator(): Promise<User | undefined> {
      const row = await db.first(
        db.build.selectFrom('users').selectAll().where('is_operator', '=', 1).orderBy('created_at').limit(1),
      );
      return row && toUser(row);
    },

    async findUser(
      accountId: string,
      userId: string,
    ): Promise<(User & { passwordHash: string | null }) | undefined> {
      const row = await db.first(
        db.build.selectFrom('users').selectAll().where('id', '=', userId).where('account_id', '=', accountId),
      );
      return row && { ...toUser(row), passwordHash: row.password_hash };
    },

    async listUsers(accountId: string, request: PageRequest): Promise<{ items: User[]; total: number }> {
      const rows = await db.all(
        db.build
          .selectFrom('users')
          .selectAll()
          .where('account_id', '=', accountId)
          .orderBy('created_at')
          .orderBy('id')
          .limit(request.limit)
          .offset(pageOffset(request)),
      );
      const counted = await db.first(
        db.build
          .selectFrom('users')
          .select((eb) => eb.fn.countAll<number>().as('total'))
          .where('account_id', '=', accountId),
      );
      return { items: rows.map(toUser), total: Number(counted?.total ?? 0) };
    },

    insertUser(user: NewUser): Statement {
      return db.statement(
        db.build.insertInto('users').values({
          id: user.id,
          account_id: user.accountId,
          email: user.email,
          name: user.name,
          role: user.role,
          is_operator: user.isOperator ? 1 : 0,
          password_hash: user.passwordHash,
          setup_hash: user.setup?.hash ?? null,
          setup_expires_at: user.setup?.expiresAt ?? null,
          created_at: user.createdAt,
          updated_at: user.createdAt,
        }),
      );
    },

    /** A guard that holds while the user is there. */
    requireUser(accountId: string, userId: string): Statement {
      return db.statement(
        db.build
          .updateTable('users')
          .set((eb) => ({ updated_at: eb.ref('updated_at') }))
          .where('id', '=', userId)
          .where('account_id', '=', accountId),
        'user exists',
      );
    },

    updateUser(
      accountId: string,
      userId: string,
      change: { name?: string; role?: Role; passwordHash?: string; setup?: SetupLink | null },
      now: number,
    ): Statement {
      const { name, role, passwordHash, setup } = change;
      return db.statement(
        db.build
          .updateTable('users')
          .set({
            updated_at: now,
            ...(name !== undefined && { name }),
            ...(role !== undefined && { role }),
            ...(passwordHash !== undefined && { password_hash: passwordHash }),
            ...(setup !== undefined && {
              setup_hash: setup?.hash ?? null,
              setup_expires_at: setup?.expiresAt ?? null,
            }),
          })
          .where('id', '=', userId)
          .where('account_id', '=', accountId),
        'user exists',
      );
    },

    /** Sets the password by a set-up link, once: the link is gone with it. */
    useSetupLink(
      accountId: string,
      userId: string,
      hash: string,
      passwordHash: string,
      now: number,
    ): Statement {
      return db.statement(
        db.build
          .updateTable('users')
          .set({ password_hash: passwordHash, setup_hash: null, setup_expires_at: null, updated_at: now })
          .where('id', '=', userId)
          .where('account_id', '=', accountId)
          .where('setup_hash', '=', hash)
          .where('setup_expires_at', '>', now),
        'setup link is good',
      );
    },

    deleteUser(accountId: string, userId: string): Statement {
      return db.statement(
        db.build.deleteFrom('users').where('id', '=', userId).where('account_id', '=', accountId),
        'user exists',
      );
    },

    /**
     * A guard that holds while the account has an owner who can sign in; put after what might take the last one away. A
     * sandbox is its account's: whoever owns that owns it too.
     */
    requireOwner(accountId: string): Statement {
      return db.statement(
        db.build
          .updateTable('accounts')
          .set((eb) => ({ name: eb.ref('name') }))
          .where('id', '=', accountId)
          .where((eb) =>
            eb.or([
              eb('sandbox_of', 'is not', null),
              eb.exists(
                eb
                  .selectFrom('users')
                  .select('users.id')
                  .where('users.account_id', '=', accountId)
                  .where('role', '=', 'owner')
                  .where('password_hash', 'is not', null),
              ),
            ]),
          ),
        'an owner remains',
      );
    },
  };
}

function toUser(row: UsersTable): User {
  return {
    id: row.id,
    accountId: row.account_id,
    email: row.email,
    name: row.name,
    role: toRole(row.role),
    isOperator: row.is_operator === 1,
    hasPassword: row.password_hash !== null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
