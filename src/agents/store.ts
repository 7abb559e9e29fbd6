import { sql } from 'kysely';
import {
  type AgentsTable,
  type AgentVersionsTable,
  cacheUntilChanged,
  type Database,
  type Statement,
} from '../db/index.ts';
import { type PageRequest, pageOffset } from '../lib/page.ts';
import { decodeConfig, encodeConfig, toAmount } from './agent-config.ts';
import type { Agent, AgentConfig, AgentFilters, AgentSummary, AgentVersion } from './types.ts';

/** As many agents as GET /models lists at most. */
const MAX_CALLABLE = 10_000;

const COLUMNS = ['id', 'name', 'model', 'crew_id', 'version', 'created_at', 'updated_at'] as const;

type SummaryRow = Pick<AgentsTable, (typeof COLUMNS)[number]> & {
  readonly daily_limit: string | null;
  readonly monthly_limit: string | null;
};

export type AgentStore = ReturnType<typeof createAgentStore>;

export function createAgentStore(db: Database) {
  type Key = { id: string; account_id: string };
  const readVersion = db.prepareRead<Key, { version: number }>((queries, param) =>
    queries
      .selectFrom('agents')
      .select('version')
      .where('id', '=', param('id'))
      .where('account_id', '=', param('account_id'))
      .where('deleted_at', 'is', null),
  );
  const readAgent = db.prepareRead<Key, AgentsTable>((queries, param) =>
    queries
      .selectFrom('agents')
      .selectAll()
      .where('id', '=', param('id'))
      .where('account_id', '=', param('account_id'))
      .where('deleted_at', 'is', null),
  );

  // PostgreSQL reads no JSON in which a character is escaped that it has not (U+0000, half a surrogate pair). What is
  // looked for here is never escaped.
  const config =
    db.dialect === 'sqlite'
      ? sql`config`
      : sql`regexp_replace(config, '\\\\u[0-9a-f]{4}|\\\\.', '', 'gi')::json`;
  const dailyLimit = sql<string | null>`${config} ->> 'dailyLimitNanoUsd'`;
  const monthlyLimit = sql<string | null>`${config} ->> 'monthlyLimitNanoUsd'`;
  const summary = [...COLUMNS, dailyLimit.as('daily_limit'), monthlyLimit.as('monthly_limit')] as const;

  const filtered = (accountId: string, { crewId, search, capped }: AgentFilters) => {
    let query = db.build
      .selectFrom('agents')
      .where('account_id', '=', accountId)
      .where('deleted_at', 'is', null);
    if (crewId !== undefined) query = query.where('crew_id', '=', crewId);
    if (search !== undefined && search !== '') {
      const pattern = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
      query = query.where(sql<boolean>`lower(name) like ${pattern} escape '\\'`);
    }
    if (capped !== undefined) {
      const limit = sql`coalesce(${dailyLimit}, ${monthlyLimit})`;
      query = query.where(capped ? sql<boolean>`${limit} IS NOT NULL` : sql<boolean>`${limit} IS NULL`);
    }
    return query;
  };

  return {
    /** The newest version's number; asked with every call, so not read again while no agent has changed. */
    findVersion: cacheUntilChanged(
      db,
      'agents',
      async (accountId, agentId): Promise<number | undefined> =>
        (await readVersion({ id: agentId, account_id: accountId }))[0]?.version,
    ),

    async findAgent(accountId: string, agentId: string): Promise<Agent | undefined> {
      const [row] = await readAgent({ id: agentId, account_id: accountId });
      return row && toAgent(row);
    },

    async listAgents(
      accountId: string,
      request: PageRequest,
      filters: AgentFilters,
    ): Promise<{ items: AgentSummary[]; total: number }> {
      const query = filtered(accountId, filters);
      const page = query
        .select(summary)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(request.limit)
        .offset(pageOffset(request));
      const count = query.select((eb) => eb.fn.countAll<number>().as('total'));
      // To tell who has caps all settings are read.
      const isLong = filters.capped !== undefined;
      const rows = await (isLong ? db.scan(page) : db.all(page));
      const [counted] = await (isLong ? db.scan(count) : db.all(count));
      return { items: rows.map(toSummary), total: Number(counted?.total ?? 0) };
    },

    async listCallable(accountId: string): Promise<Pick<AgentSummary, 'id' | 'name' | 'createdAt'>[]> {
      const query = filtered(accountId, {}).select(['id', 'name', 'created_at as createdAt']);
      return db.all(query.orderBy('created_at').orderBy('id').limit(MAX_CALLABLE));
    },

    /** The agents whose newest version names one of the tools. */
    async listUsing(
      accountId: string,
      tools: readonly string[],
    ): Promise<Pick<AgentSummary, 'id' | 'name'>[]> {
      const rows = await db.scan(
        filtered(accountId, {})
          .select(['id', 'name', 'config'])
          .where((eb) => eb.or(tools.map((tool) => mentions(tool))))
          .orderBy('created_at')
          .orderBy('id'),
      );
      return rows
        .filter(({ config }) => decodeConfig(config).tools.some((tool) => tools.includes(tool)))
        .map(({ id, name }) => ({ id, name }));
    },

    insertAgent(agent: Agent, createdBy: string | undefined): Statement[] {
      const { id, accountId, version, createdAt, updatedAt } = agent;
      return [
        db.statement(
          db.build.insertInto('agents').values({
            id,
            account_id: accountId,
            ...columnsOf(agent),
            version,
            created_at: createdAt,
            updated_at: updatedAt,
          }),
        ),
        insertVersion(accountId, id, version, agent, createdBy, createdAt),
      ];
    },

    /** Puts version `from` + 1 in place of `from`, and only of it: of two who save at once one is refused. */
    replaceVersion(
      accountId: string,
      agentId: string,
      from: number,
      config: AgentConfig,
      createdBy: string | undefined,
      now: number,
    ): Statement[] {
      return [
        db.statement(
          db.build
            .updateTable('agents')
            .set({ ...columnsOf(config), version: from + 1, updated_at: now })
            .where('id', '=', agentId)
            .where('account_id', '=', accountId)
            .where('version', '=', from)
            .where('deleted_at', 'is', null),
          'version is the newest',
        ),
        insertVersion(accountId, agentId, from + 1, config, createdBy, now),
      ];
    },

    /** Only at that version, where one is given. The row stays: conversations, usage and bills go on naming the agent. */
    deleteAgent(accountId: string, agentId: string, now: number, ifVersion?: number): Statement {
      const deletion = db.build
        .updateTable('agents')
        .set({ deleted_at: now, updated_at: now })
        .where('id', '=', agentId)
        .where('account_id', '=', accountId)
        .where('deleted_at', 'is', null);
      return db.statement(
        ifVersion === undefined ? deletion : deletion.where('version', '=', ifVersion),
        'agent exists',
      );
    },

    async listVersions(
      accountId: string,
      agentId: string,
      request: PageRequest,
    ): Promise<{ items: AgentVersion[]; total: number }> {
      const query = db.build
        .selectFrom('agent_versions')
        .where('agent_id', '=', agentId)
        .where('agent_versions.account_id', '=', accountId);
      const rows = await db.all(
        query
          .selectAll()
          .select(authorName(accountId))
          .orderBy('version', 'desc')
          .limit(request.limit)
          .offset(pageOffset(request)),
      );
      const counted = await db.first(query.select((eb) => eb.fn.countAll<number>().as('total')));
      return { items: rows.map(toVersion), total: Number(counted?.total ?? 0) };
    },

    async getVersion(accountId: string, agentId: string, version: number): Promise<AgentVersion | undefined> {
      const row = await db.first(
        db.build
          .selectFrom('agent_versions')
          .selectAll()
          .select(authorName(accountId))
          .where('agent_id', '=', agentId)
          .where('version', '=', version)
          .where('agent_versions.account_id', '=', accountId),
      );
      return row && toVersion(row);
    },
  };

  function insertVersion(
    accountId: string,
    agentId: string,
    version: number,
    config: AgentConfig,
    createdBy: string | undefined,
    createdAt: number,
  ): Statement {
    return db.statement(
      db.build.insertInto('agent_versions').values({
        agent_id: agentId,
        version,
        account_id: accountId,
        config: encodeConfig(config),
        created_by: createdBy ?? null,
        created_at: createdAt,
      }),
    );
  }
}

/** People work in their account's sandbox as themselves. */
function authorName(accountId: string) {
  return sql<string | null>`(
    SELECT CASE WHEN users.name = '' THEN users.email ELSE users.name END FROM users
    WHERE users.id = agent_versions.created_by AND users.account_id IN (
      SELECT coalesce(accounts.sandbox_of, accounts.id) FROM accounts WHERE accounts.id = ${accountId}))`.as(
    'created_by_name',
  );
}

/** Narrows down; a name may stand in the text for other reasons. */
function mentions(tool: string) {
  const pattern = `%"${tool.replace(/[\\%_]/g, '\\$&')}"%`;
  return sql<boolean>`config like ${pattern} escape '\\'`;
}

/** What lists and filters read lies beside the configuration in columns of its own. */
function columnsOf(config: AgentConfig) {
  const { name, model, crewId } = config;
  return { name, model, crew_id: crewId ?? null, config: encodeConfig(config) };
}

function toAgent(row: AgentsTable): Agent {
  return {
    ...decodeConfig(row.config),
    id: row.id,
    accountId: row.account_id,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toSummary(row: SummaryRow): AgentSummary {
  return {
    id: row.id,
    name: row.name,
    model: row.model,
    crewId: row.crew_id ?? undefined,
    dailyLimitNanoUsd: toAmount(row.daily_limit ?? undefined),
    monthlyLimitNanoUsd: toAmount(row.monthly_limit ?? undefined),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toVersion(row: AgentVersionsTable & { readonly created_by_name: string | null }): AgentVersion {
  return {
    agentId: row.agent_id,
    version: row.version,
    config: decodeConfig(row.config),
    createdBy: row.created_by ?? undefined,
    createdByName: row.created_by_name ?? undefined,
    createdAt: row.created_at,
  };
}
