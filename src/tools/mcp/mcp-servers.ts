import type { Actor } from '../../audit/index.ts';
import type { GuardedFetch } from '../../lib/guarded-http/index.ts';
import type { Logger } from '../../lib/logger.ts';
import { type Page, type PageRequest, pageOffset } from '../../lib/page.ts';
import { openAuth } from '../auth/tool-auth.ts';
import type { Tool } from '../types.ts';
import { createMcpConnections } from './connections.ts';
import { type McpContext, mcpAuthPlace } from './context.ts';
import { createServer } from './create-server.ts';
import { deleteServer } from './delete-server.ts';
import { findServer } from './find-server.ts';
import { refreshServer } from './refresh-server.ts';
import type { StoredMcpServer } from './store.ts';
import { toTools } from './to-tools.ts';
import { toolNames } from './tool-names.ts';
import type { McpServer, McpServerInput, McpServerUpdate } from './types.ts';
import { updateServer } from './update-server.ts';

/** How old a list of tools may be before it is asked for anew, behind the back of whoever uses it. */
const FRESH_MS = { ready: 10 * 60_000, error: 60_000 } as const;

/** Servers of the Model Context Protocol. All throw not_found for an id that the account does not have. */
export interface McpServers {
  create(accountId: string, input: McpServerInput, by?: Actor): Promise<McpServer>;
  list(accountId: string, request: PageRequest): Promise<Page<McpServer>>;
  get(accountId: string, serverId: string): Promise<McpServer>;
  update(accountId: string, serverId: string, update: McpServerUpdate, by?: Actor): Promise<McpServer>;
  delete(
    accountId: string,
    serverId: string,
    options?: { readonly force?: boolean | undefined; readonly by?: Actor },
  ): Promise<void>;
  /** Asks for the tools now. */
  refresh(accountId: string, serverId: string): Promise<McpServer>;
  /** Names of a server's tools, as agents use them. */
  toolNames(server: McpServer): string[];
  /** All tools of the account's servers, as agents use them. */
  tools(accountId: string): Promise<readonly Tool[]>;
  find(accountId: string, name: string): Promise<Tool | undefined>;
  close(): Promise<void>;
}

export interface McpServersDeps extends Omit<McpContext, 'connections'> {
  readonly openFetch: () => GuardedFetch;
  readonly log: Pick<Logger, 'error'>;
}

export function createMcpServers({ openFetch, log, ...deps }: McpServersDeps): McpServers {
  const { store, clock, secrets } = deps;
  const credentialOf = (server: StoredMcpServer) =>
    openAuth(secrets, server.authType, server.authSealed, mcpAuthPlace(server.accountId, server.id));
  const connections = createMcpConnections({
    openFetch,
    credentialOf,
    onToolsChanged: (server) => refreshBehind(server),
  });
  const context: McpContext = { ...deps, connections };
  const refreshing = new Map<string, Promise<unknown>>();

  function refreshBehind(server: StoredMcpServer): void {
    if (refreshing.has(server.id)) return;
    const refresh = refreshServer(context, server)
      .catch((err: unknown) =>
        log.error({ err, serverId: server.id }, 'the tools of an MCP server could not be kept'),
      )
      .finally(() => refreshing.delete(server.id));
    refreshing.set(server.id, refresh);
  }

  const usable = (server: StoredMcpServer): Tool[] => {
    const age = clock.now() - (server.checkedAt ?? 0);
    if (age > FRESH_MS[server.status]) refreshBehind(server);
    return toTools(server, { connections, credentialOf });
  };

  return {
    create: async (accountId, input, by) => withoutAuth(await createServer(context, accountId, input, by)),
    async list(accountId, request) {
      const all = await store.all(accountId);
      const from = pageOffset(request);
      const items = all.slice(from, from + request.limit).map(withoutAuth);
      return { items, total: all.length, page: request.page };
    },
    get: async (accountId, serverId) => withoutAuth(await findServer(store, accountId, serverId)),
    update: async (accountId, serverId, update, by) =>
      withoutAuth(await updateServer(context, accountId, serverId, update, by)),
    delete: (accountId, serverId, options) => deleteServer(context, accountId, serverId, options),
    refresh: async (accountId, serverId) =>
      withoutAuth(await refreshServer(context, await findServer(store, accountId, serverId))),
    toolNames: ({ name, tools }) => toolNames(name, tools),
    tools: async (accountId) => (await store.all(accountId)).flatMap(usable),
    async find(accountId, name) {
      if (!name.includes('__')) return undefined;
      const servers = await store.all(accountId);
      const server = servers.find((candidate) => name.startsWith(`${candidate.name}__`));
      return server && usable(server).find((tool) => tool.name === name);
    },
    async close() {
      await connections.close();
      await Promise.all(refreshing.values());
    },
  };
}

/** What may leave the room: not even the sealed credential. */
function withoutAuth({ authSealed: _, ...server }: StoredMcpServer): McpServer {
  return server;
}
