import { sql } from 'kysely';
import type { AgentKeysTable, Database, Statement } from '../db/index.ts';
import { type PageRequest, pageOffset } from '../lib/page.ts';
import type { AgentKey } from './types.ts';

export interface KeyRow extends AgentKeysTable {
  readonly account_status: string;
}

export interface KeyChange {
  readonly name?: string;
  readonly disabled?: boolean;
  readonly agentIds?: readonly string[] | null;
  readonly dailyLimitNanoUsd?: bigint | null;
  readonly monthlyLimitNanoUsd?: bigint | null;
  readonly expiresAt?: number | null;
  readonly requestsPerMinute?: number | null;
  readonly requestsPerHour?: number | null;
  readonly allowedOrigins?: readonly string[] | null;
}

/** Which keys a list is of. */
export interface KeyFilters {
  /** true: those with a cap of a day or month; false: those without. */
  readonly capped?: boolean | undefined;
}

export type KeyStore = ReturnType<typeof createKeyStore>;

export function createKeyStore(db: Database) {
  const readByPrefix = db.prepareRead<{ prefix: string }, KeyRow>((queries, param) =>
    queries
      .selectFrom('agent_keys')
      .innerJoin('accounts', 'accounts.id', 'agent_keys.account_id')
      .selectAll('agent_keys')
      .select('accounts.status as account_status')
      .where('agent_keys.prefix', '=', param('prefix')),
  );
  const touch = db.prepare<{ id: string; account_id: string; now: number; before: number }>(
    (queries, param) =>
      queries
        .updateTable('agent_keys')
        .set({ last_used_at: param('now') })
        .where('id', '=', param('id'))
        .where('account_id', '=', param('account_id'))
        .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', param('before'))])),
  );

  return {
    /** The key itself is what tells the account. */
    async findKeyByPrefix(prefix: string): Promise<KeyRow | undefined> {
      return (await readByPrefix({ prefix }))[0];
    },

    async findKey(accountId: string, keyId: string): Promise<AgentKey | undefined> {
      const row = await db.first(
        db.build
          .selectFrom('agent_keys')
          .selectAll()
          .where('id', '=', keyId)
          .where('account_id', '=', accountId)
          .where('revoked_at', 'is', null),
      );
      return row && toAgentKey(row);
    },

    async listKeys(
      accountId: string,
      request: PageRequest,
      { capped }: KeyFilters,
    ): Promise<{ items: AgentKey[]; total: number }> {
      let query = db.build
        .selectFrom('agent_keys')
        .where('account_id', '=', accountId)
        .where('revoked_at', 'is', null);
      if (capped !== undefined) {
        const limit = sql`coalesce(daily_limit_nano_usd, monthly_limit_nano_usd)`;
        query = query.where(capped ? sql<boolean>`${limit} IS NOT NULL` : sql<boolean>`${limit} IS NULL`);
      }
      const rows = await db.all(
        query
          .selectAll()
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(request.limit)
          .offset(pageOffset(request)),
      );
      const counted = await db.first(query.select((eb) => eb.fn.countAll<number>().as('total')));
      return { items: rows.map(toAgentKey), total: Number(counted?.total ?? 0) };
    },

    insertKey(key: AgentKey, hash: string): Statement {
      return db.statement(
        db.build.insertInto('agent_keys').values({
          id: key.id,
          account_id: key.accountId,
          name: key.name,
          hash,
          prefix: key.prefix,
          last4: key.last4,
          agent_ids: key.agentIds ? JSON.stringify(key.agentIds) : null,
          daily_limit_nano_usd: key.dailyLimitNanoUsd ?? null,
          monthly_limit_nano_usd: key.monthlyLimitNanoUsd ?? null,
          disabled: key.disabled ? 1 : 0,
          created_by: key.createdBy ?? null,
          created_at: key.createdAt,
          expires_at: key.expiresAt ?? null,
          requests_per_minute: key.requestsPerMinute ?? null,
          requests_per_hour: key.requestsPerHour ?? null,
          allowed_origins: key.allowedOrigins ? JSON.stringify(key.allowedOrigins) : null,
        }),
      );
    },

    updateKey(accountId: string, keyId: string, change: KeyChange): Statement {
      const { name, disabled, agentIds, dailyLimitNanoUsd, monthlyLimitNanoUsd, expiresAt } = change;
      const { requestsPerMinute, requestsPerHour, allowedOrigins } = change;
      return db.statement(
        db.build
          .updateTable('agent_keys')
          .set({
            ...(name !== undefined && { name }),
            ...(disabled !== undefined && { disabled: disabled ? 1 : 0 }),
            ...(agentIds !== undefined && { agent_ids: agentIds && JSON.stringify(agentIds) }),
            ...(dailyLimitNanoUsd !== undefined && { daily_limit_nano_usd: dailyLimitNanoUsd }),
            ...(monthlyLimitNanoUsd !== undefined && { monthly_limit_nano_usd: monthlyLimitNanoUsd }),
            ...(expiresAt !== undefined && { expires_at: expiresAt }),
            ...(requestsPerMinute !== undefined && { requests_per_minute: requestsPerMinute }),
            ...(requestsPerHour !== undefined && { requests_per_hour: requestsPerHour }),
            ...(allowedOrigins !== undefined && {
              allowed_origins: allowedOrigins && JSON.stringify(allowedOrigins),
            }),
          })
          .where('id', '=', keyId)
          .where('account_id', '=', accountId)
          .where('revoked_at', 'is', null),
        'key exists',
      );
    },

    /** The row stays: the ledger goes on naming the key. */
    revokeKey(accountId: string, keyId: string, now: number): Statement {
      return db.statement(
        db.build
          .updateTable('agent_keys')
          .set({ revoked_at: now })
          .where('id', '=', keyId)
          .where('account_id', '=', accountId)
          .where('revoked_at', 'is', null),
        'key exists',
      );
    },

    /** Keys of this name that are past their time, and that nothing was ever paid with. */
    deleteExpiredKeys(accountId: string, name: string, now: number): Statement {
      return db.statement(
        db.build
          .deleteFrom('agent_keys')
          .where('account_id', '=', accountId)
          .where('name', '=', name)
          .where('expires_at', '<=', now)
          .where('id', 'not in', (eb) =>
            eb.selectFrom('key_spend').select('key_id').where('account_id', '=', accountId),
          ),
      );
    },

    touchKey(accountId: string, keyId: string, now: number, before: number): Statement {
      return touch({ id: keyId, account_id: accountId, now, before });
    },
  };
}

function toAgentKey(row: AgentKeysTable): AgentKey {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    prefix: row.prefix,
    last4: row.last4,
    agentIds: toTexts(row.agent_ids),
    dailyLimitNanoUsd: row.daily_limit_nano_usd ?? undefined,
    monthlyLimitNanoUsd: row.monthly_limit_nano_usd ?? undefined,
    requestsPerMinute: row.requests_per_minute ?? undefined,
    requestsPerHour: row.requests_per_hour ?? undefined,
    allowedOrigins: toTexts(row.allowed_origins),
    disabled: row.disabled === 1,
    createdBy: row.created_by ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}

export function toTexts(text: string | null): readonly string[] | undefined {
  if (text === null) return undefined;
  const value: unknown = JSON.parse(text);
  // A list that cannot be read must allow nothing rather than everything.
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
}
