import { type Actor, SYSTEM } from '../../audit/index.ts';
import { requireUnused } from '../tool-users.ts';
import type { McpContext } from './context.ts';
import { findServer } from './find-server.ts';
import { toolNames } from './tool-names.ts';

/** Removes a server with its tools and its credential. Throws tool_in_use while anything names one of them, unless `force`. */
export async function deleteServer(
  context: McpContext,
  accountId: string,
  serverId: string,
  { force = false, by = SYSTEM }: { readonly force?: boolean | undefined; readonly by?: Actor } = {},
): Promise<void> {
  const { store } = context;
  const server = await findServer(store, accountId, serverId);
  if (!force) {
    const names = toolNames(server.name, server.tools);
    await requireUnused(context.findUsers, accountId, `'${server.name}'`, names);
  }
  const line = context.audit.record({
    accountId,
    action: 'mcp-server.deleted',
    by,
    object: { type: 'mcp_server', id: serverId },
    details: { name: server.name, isForced: force },
  });
  // Whoever deleted it a moment before has done what was asked.
  await context.db.write([store.delete(accountId, serverId), line]);
  context.connections.drop(serverId);
}
