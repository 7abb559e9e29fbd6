import type { CallToolResult } from '@modelcontextprotocol/client';
import type { GuardedFetch } from '../../lib/guarded-http/index.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Credential } from '../auth/tool-auth.ts';
import { connectMcp, type McpConnection } from './connect.ts';
import type { StoredMcpServer } from './store.ts';
import type { RemoteTool } from './types.ts';

/** A connection that nobody has used for so long is closed. */
const IDLE_MS = 5 * 60_000;
const MAX_CONNECTIONS = 100;
const CONNECT_TIMEOUT_MS = 30_000;

interface CallOptions {
  readonly idempotencyKey: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Connections to servers, kept while they are in use: a handshake costs more than a call. */
export interface McpConnections {
  listTools(server: StoredMcpServer, signal: AbortSignal): Promise<RemoteTool[]>;
  callTool(
    server: StoredMcpServer,
    name: string,
    args: JsonObject,
    options: CallOptions,
  ): Promise<CallToolResult>;
  /** Ends what is kept for a server whose settings are others now, or that is gone. */
  drop(serverId: string): void;
  close(): Promise<void>;
}

interface Entry {
  readonly key: string;
  readonly connection: Promise<McpConnection>;
  readonly abort: AbortController;
  idle: NodeJS.Timeout | undefined;
  users: number;
}

export function createMcpConnections(deps: {
  readonly openFetch: () => GuardedFetch;
  /** Throws SecretError when it cannot be opened. */
  readonly credentialOf: (server: StoredMcpServer) => Credential | undefined;
  readonly onToolsChanged: (server: StoredMcpServer) => void;
}): McpConnections {
  const entries = new Map<string, Entry>();

  function forget(serverId: string, entry: Entry): void {
    if (entries.get(serverId) === entry) entries.delete(serverId);
    clearTimeout(entry.idle);
    // Ends a handshake that is still under way.
    entry.abort.abort();
    entry.connection
      .then(
        (connection) => connection.close(),
        () => undefined,
      )
      .catch(() => undefined);
  }

  function open(server: StoredMcpServer): Entry {
    const key = `${server.id} ${server.revision}`;
    const known = entries.get(server.id);
    if (known?.key === key) return known;
    if (known) forget(server.id, known);
    for (const [serverId, entry] of entries) {
      if (entries.size < MAX_CONNECTIONS) break;
      if (entry.users === 0) forget(serverId, entry);
    }
    const abort = new AbortController();
    const made: Entry = {
      key,
      abort,
      idle: undefined,
      users: 0,
      connection: connectMcp(
        {
          url: server.url,
          credential: deps.credentialOf(server),
          openFetch: deps.openFetch,
          onToolsChanged: () => deps.onToolsChanged(server),
          onClose: () => {
            if (entries.get(server.id) === made) entries.delete(server.id);
          },
        },
        AbortSignal.any([abort.signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]),
      ),
    };
    // A failure is told to whoever waits for it, and is not kept.
    made.connection.catch(() => forget(server.id, made));
    entries.set(server.id, made);
    return made;
  }

  /** The caller's signal ends its own waiting, not a handshake that others wait for too. */
  async function using<T>(
    server: StoredMcpServer,
    signal: AbortSignal,
    use: (connection: McpConnection) => Promise<T>,
  ): Promise<T> {
    const entry = open(server);
    entry.users += 1;
    clearTimeout(entry.idle);
    try {
      return await use(await orAborted(entry.connection, signal));
    } finally {
      entry.users -= 1;
      if (entry.users === 0) entry.idle = setTimeout(() => forget(server.id, entry), IDLE_MS).unref();
    }
  }

  return {
    listTools: (server, signal) => using(server, signal, (connection) => connection.listTools(signal)),

    async callTool(server, name, args, options) {
      const call = () =>
        using(server, options.signal, (connection) => connection.callTool(name, args, options));
      try {
        return await call();
      } catch (error) {
        if (!isSessionGone(error)) throw error;
        // The server has not taken the call: it knows nothing of the session any more, as after its restart.
        this.drop(server.id);
        return call();
      }
    },

    drop(serverId) {
      const entry = entries.get(serverId);
      if (entry) forget(serverId, entry);
    },

    async close() {
      const open = [...entries.values()];
      for (const [serverId, entry] of entries) forget(serverId, entry);
      await Promise.allSettled(open.map(async ({ connection }) => (await connection).close()));
    },
  };
}

function isSessionGone(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'status') === 404;
}

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const end = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
