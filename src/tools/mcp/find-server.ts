import { commonErrors } from '../../lib/errors.ts';
import type { McpStore, StoredMcpServer } from './store.ts';

/** Throws not_found for an id that the account does not have. */
export async function findServer(
  store: McpStore,
  accountId: string,
  serverId: string,
): Promise<StoredMcpServer> {
  const server = await store.find(accountId, serverId);
  if (!server) throw commonErrors.not_found(`There is no MCP server '${serverId}'.`);
  return server;
}
