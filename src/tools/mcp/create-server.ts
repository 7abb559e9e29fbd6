import { type Actor, SYSTEM } from '../../audit/index.ts';
import { DatabaseConflict } from '../../db/index.ts';
import { invalid } from '../../lib/errors.ts';
import { encodeAuth } from '../auth/tool-auth.ts';
import { checkAddress, nameTaken } from '../custom/rules.ts';
import { toolErrors } from '../errors.ts';
import { type McpContext, mcpAuthPlace } from './context.ts';
import { refreshServer } from './refresh-server.ts';
import type { StoredMcpServer } from './store.ts';
import type { McpServerInput } from './types.ts';

const MAX_SERVERS = 50;
/** Leaves room for the names of its tools behind it. */
const NAME = /^[a-zA-Z](?:[\w-]{0,30}[a-zA-Z0-9-])?$/;

/** Adds a server and asks it for its tools; one that cannot be asked now is kept with the reason. Throws tool_name_taken. */
export async function createServer(
  context: McpContext,
  accountId: string,
  { name, url: address, authType = 'none', auth }: McpServerInput,
  by: Actor = SYSTEM,
): Promise<StoredMcpServer> {
  const { store } = context;
  if (!NAME.test(name) || name.includes('__')) {
    throw invalid(
      'name',
      'must be 1 to 32 letters, digits, _ and -, beginning with a letter, without "__" and no _ at its end',
    );
  }
  const url = address.trim();
  const sealable = auth ? encodeAuth(authType, auth) : undefined;
  const known = await store.all(accountId);
  if (known.some((server) => server.name === name)) throw nameTaken(name, 'belongs to another MCP server');
  if (known.length >= MAX_SERVERS) {
    throw toolErrors.tool_limit_reached(`An account has at most ${MAX_SERVERS} MCP servers.`);
  }
  await checkAddress(context.guardedHttp, accountId, 'url', url);
  const id = context.ids.next('mcp_');
  const now = context.clock.now();
  const server: StoredMcpServer = {
    ...{ id, accountId, name, url, authType },
    hasAuth: sealable !== undefined,
    authSealed: sealable === undefined ? null : context.secrets.seal(sealable, mcpAuthPlace(accountId, id)),
    ...{ status: 'error', error: 'It has not been asked yet.', tools: [], checkedAt: undefined },
    ...{ revision: 1, createdAt: now, updatedAt: now },
  };
  const line = context.audit.record({
    accountId,
    action: 'mcp-server.created',
    by,
    object: { type: 'mcp_server', id },
    details: { name, url, authType, hasAuth: server.hasAuth },
  });
  try {
    await context.db.write([store.insert(server), line]);
  } catch (error) {
    if (!(error instanceof DatabaseConflict)) throw error;
    throw nameTaken(name, 'was taken at the same moment');
  }
  return refreshServer(context, server);
}
