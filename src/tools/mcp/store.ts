import { cacheUntilChanged, type Database, type McpServersTable, type Statement } from '../../db/index.ts';
import { AUTH_TYPES } from '../auth/tool-auth.ts';
import type { McpServer, RemoteTool } from './types.ts';

/** A server with its credential as it is stored. */
export interface StoredMcpServer extends McpServer {
  readonly authSealed: string | null;
}

export type McpStore = ReturnType<typeof createMcpStore>;

/** A guard that refuses when the row is gone, or its settings were changed since it was read. */
const SERVER = 'server is as it was read';

export function createMcpStore(db: Database) {
  const cached = cacheUntilChanged(db, 'mcp_servers', async (accountId) => {
    const query = db.build.selectFrom('mcp_servers').selectAll().where('account_id', '=', accountId);
    return (await db.all(query.orderBy('created_at').orderBy('id'))).map(toServer);
  });
  const one = (server: Pick<StoredMcpServer, 'id' | 'accountId' | 'revision'>) =>
    db.build
      .updateTable('mcp_servers')
      .where('id', '=', server.id)
      .where('account_id', '=', server.accountId)
      .where('revision', '=', server.revision);

  return {
    /** All of the account, the oldest first. */
    all: (accountId: string): Promise<readonly StoredMcpServer[]> => cached(accountId, ''),

    async find(accountId: string, id: string): Promise<StoredMcpServer | undefined> {
      return (await cached(accountId, '')).find((server) => server.id === id);
    },

    /** Fails with DatabaseConflict when the account has one of the name. */
    insert(server: StoredMcpServer): Statement {
      return db.statement(
        db.build.insertInto('mcp_servers').values({
          id: server.id,
          account_id: server.accountId,
          name: server.name,
          ...settingsOf(server),
          ...findingsOf(server),
          created_at: server.createdAt,
        }),
      );
    },

    /** Puts the settings of `server` in the place of those that were read as `before`. */
    update(before: StoredMcpServer, server: StoredMcpServer): Statement {
      return db.statement(one(before).set(settingsOf(server)), SERVER);
    },

    /** What was found by asking it, unless its settings have changed meanwhile. */
    saveFindings(server: StoredMcpServer): Statement {
      return db.statement(one(server).set(findingsOf(server)), SERVER);
    },

    delete(accountId: string, id: string): Statement {
      return db.statement(
        db.build.deleteFrom('mcp_servers').where('id', '=', id).where('account_id', '=', accountId),
        SERVER,
      );
    },
  };
}

function settingsOf(server: StoredMcpServer) {
  return {
    url: server.url,
    auth_type: server.authType,
    auth_sealed: server.authSealed,
    revision: server.revision,
    updated_at: server.updatedAt,
  };
}

function findingsOf(server: StoredMcpServer) {
  return {
    status: server.status,
    error: server.error ?? null,
    tools: JSON.stringify(server.tools),
    checked_at: server.checkedAt ?? null,
  };
}

function toServer(row: McpServersTable): StoredMcpServer {
  const authType = AUTH_TYPES.find((type) => type === row.auth_type);
  if (authType === undefined) throw new Error(`The database holds an MCP server with '${row.auth_type}'`);
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    url: row.url,
    authType,
    hasAuth: row.auth_sealed !== null,
    authSealed: row.auth_sealed,
    status: row.status === 'ready' ? 'ready' : 'error',
    error: row.error ?? undefined,
    // Only findingsOf writes these texts.
    tools: JSON.parse(row.tools) as readonly RemoteTool[],
    checkedAt: row.checked_at ?? undefined,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
