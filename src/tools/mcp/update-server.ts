import { type Actor, SYSTEM } from '../../audit/index.ts';
import { invalid } from '../../lib/errors.ts';
import { saveOnNewest } from '../../lib/save-on-newest.ts';
import { encodeAuth } from '../auth/tool-auth.ts';
import { checkAddress } from '../custom/rules.ts';
import { toolErrors } from '../errors.ts';
import { type McpContext, mcpAuthPlace } from './context.ts';
import { findServer } from './find-server.ts';
import { refreshServer } from './refresh-server.ts';
import type { StoredMcpServer } from './store.ts';
import type { McpServerUpdate } from './types.ts';

/**
 * Changes a server's address or credential and asks it anew. A credential never goes to an origin that it was not given
 * for. Changes that are made at once are all kept; a credential is refused (tool_changed) when the server has moved meanwhile.
 */
export async function updateServer(
  context: McpContext,
  accountId: string,
  serverId: string,
  update: McpServerUpdate,
  by: Actor = SYSTEM,
): Promise<StoredMcpServer> {
  const { url } = await findServer(context.store, accountId, serverId);
  const changed = await saveOnNewest(() =>
    mergeServer(context, accountId, serverId, update, originOf(url), by),
  );
  context.connections.drop(serverId);
  return refreshServer(context, changed);
}

async function mergeServer(
  context: McpContext,
  accountId: string,
  serverId: string,
  update: McpServerUpdate,
  origin: string | undefined,
  by: Actor,
): Promise<StoredMcpServer | undefined> {
  const { store } = context;
  const current = await findServer(store, accountId, serverId);
  if (update.auth && update.url === undefined && originOf(current.url) !== origin) {
    throw toolErrors.tool_changed(
      `'${current.name}' was moved to another origin at the same moment. Read it again and retry.`,
    );
  }
  const url = update.url?.trim() ?? current.url;
  if (url !== current.url) await checkAddress(context.guardedHttp, accountId, 'url', url);
  const authSealed = newAuth(context, current, { ...update, url });
  const changed: StoredMcpServer = {
    ...current,
    ...{ url, authSealed, hasAuth: authSealed !== null },
    authType: update.authType ?? current.authType,
    revision: current.revision + 1,
    updatedAt: context.clock.now(),
  };
  const line = context.audit.record({
    accountId,
    action: 'mcp-server.updated',
    by,
    object: { type: 'mcp_server', id: serverId },
    details: {
      url,
      authType: changed.authType,
      hasAuth: changed.hasAuth,
      isNewAuth: update.auth !== undefined,
    },
  });
  return (await context.db.write([store.update(current, changed), line])).ok ? changed : undefined;
}

function newAuth(
  { secrets }: McpContext,
  current: StoredMcpServer,
  { authType = current.authType, auth, url }: McpServerUpdate & { readonly url: string },
): string | null {
  if (auth) return secrets.seal(encodeAuth(authType, auth), mcpAuthPlace(current.accountId, current.id));
  if (auth === null || authType === 'none' || current.authSealed === null) return null;
  if (authType !== current.authType) throw invalid('auth', 'must be given again when auth_type changes');
  if (originOf(url) !== originOf(current.url)) {
    throw invalid('auth', 'must be given again, or be null, when the url moves to another origin');
  }
  return current.authSealed;
}

function originOf(url: string): string | undefined {
  return URL.parse(url)?.origin;
}
