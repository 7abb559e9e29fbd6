import type { AuditRecorder } from '../audit/index.ts';
import type { Database } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { GuardedFetch, GuardedHttp } from '../lib/guarded-http/index.ts';
import type { Ids } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import type { SecretBox } from '../lib/secrets.ts';
import type { ToolRegistry } from './create-tools.ts';
import { type CustomTools, createCustomTools } from './custom/custom-tools.ts';
import { createCustomToolStore } from './custom/store.ts';
import { toolErrors } from './errors.ts';
import { createMcpServers, type McpServers } from './mcp/mcp-servers.ts';
import { createMcpStore } from './mcp/store.ts';
import type { FindToolUsers } from './tool-users.ts';
import type { Tool } from './types.ts';

export interface AccountToolsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly audit: AuditRecorder;
  readonly secrets: SecretBox;
  readonly guardedHttp: GuardedHttp;
  readonly builtIn: Pick<ToolRegistry, 'list' | 'get'>;
  readonly findUsers: FindToolUsers;
  /** Makes a way out for one connection to an MCP server. */
  readonly openFetch: () => GuardedFetch;
  readonly log: Pick<Logger, 'error'>;
}

/** The tools that an account has: those that are built in, and those that it brought. */
export interface AccountTools {
  /** The built-in ones first. */
  list(accountId: string): Promise<readonly Tool[]>;
  /** The tools of these names; unknown ones are left out. No query while all of them are built in. */
  find(accountId: string, names: readonly string[]): Promise<Tool[]>;
  /** The tool, or throws `tool_not_found`. */
  require(accountId: string, name: string): Promise<Tool>;
  exists(accountId: string, name: string): Promise<boolean>;
  readonly custom: CustomTools;
  readonly mcp: McpServers;
  /** Ends what is kept open to MCP servers. */
  close(): Promise<void>;
}

export function createAccountTools({ builtIn, ...deps }: AccountToolsDeps): AccountTools {
  const custom = createCustomTools({
    ...deps,
    store: createCustomToolStore(deps.db),
    isBuiltIn: (name) => builtIn.get(name) !== undefined,
  });
  const mcp = createMcpServers({ ...deps, store: createMcpStore(deps.db) });

  const findOne = async (accountId: string, name: string): Promise<Tool | undefined> =>
    builtIn.get(name) ?? (await custom.find(accountId, name)) ?? mcp.find(accountId, name);

  return {
    custom,
    mcp,
    close: () => mcp.close(),
    async list(accountId) {
      const own = await Promise.all([custom.tools(accountId), mcp.tools(accountId)]);
      return [...builtIn.list(), ...own.flat()];
    },
    async find(accountId, names) {
      const found = await Promise.all(names.map((name) => findOne(accountId, name)));
      return found.filter((tool) => tool !== undefined);
    },
    exists: async (accountId, name) => (await findOne(accountId, name)) !== undefined,
    async require(accountId, name) {
      const tool = await findOne(accountId, name);
      if (tool) return tool;
      throw toolErrors.tool_not_found(
        `There is no tool named '${name.slice(0, 100)}'. GET /tools lists them.`,
      );
    },
  };
}
