import type {
  CallToolResult,
  Client,
  ClientOptions,
  StreamableHTTPClientTransportOptions,
} from '@modelcontextprotocol/client';
import type { GuardedFetch } from '../../lib/guarded-http/index.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Credential } from '../auth/tool-auth.ts';
import { readTools } from './read-tools.ts';
import type { RemoteTool } from './types.ts';

/**
 * What a server promises of its results is between it and whoever wrote it; and its schema could ask for endless work.
 * The library wants the type that the schema stands for, which nobody here uses.
 */
const TRUSTING: NonNullable<ClientOptions['jsonSchemaValidator']> = {
  getValidator: () => (data) => ({ valid: true, data: data as never, errorMessage: undefined }),
};

/** For one exchange that is no call of a tool: the handshake, a page of the list. */
const STEP_TIMEOUT_MS = 15_000;
const MAX_PAGES = 20;

export interface McpConnection {
  listTools(signal: AbortSignal): Promise<RemoteTool[]>;
  callTool(
    name: string,
    args: JsonObject,
    options: { readonly idempotencyKey: string; readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<CallToolResult>;
  close(): Promise<void>;
}

export interface McpTarget {
  readonly url: string;
  readonly credential: Credential | undefined;
  /** Makes the way out of this connection alone. */
  readonly openFetch: () => GuardedFetch;
  /** The server says that its list of tools is another now. */
  readonly onToolsChanged: () => void;
  /** The connection broke, or was closed. */
  readonly onClose: () => void;
}

/**
 * Speaks to a server by streamable HTTP, or by the older way of events (SSE) where it knows nothing else. The credential
 * goes to the origin of `url` only. The protocol's library is loaded with the first connection.
 */
export async function connectMcp(target: McpTarget, signal: AbortSignal): Promise<McpConnection> {
  const sdk = await import('@modelcontextprotocol/client');
  const way = target.openFetch();
  const url = new URL(target.url);
  const fetch: NonNullable<StreamableHTTPClientTransportOptions['fetch']> = (input, init) => {
    const to = new URL(String(input));
    const { credential } = target;
    const headers = new Headers(init?.headers);
    if (credential && to.origin === url.origin) headers.set(credential.header, credential.value);
    return way.fetch(to, { ...init, headers });
  };
  const attempt = async (isOld: boolean): Promise<Client> => {
    const client = new sdk.Client(
      { name: 'muster', version: '1' },
      {
        capabilities: {},
        versionNegotiation: isOld
          ? { mode: 'legacy' }
          : { mode: 'auto', probe: { timeoutMs: STEP_TIMEOUT_MS } },
        listMaxPages: MAX_PAGES,
        jsonSchemaValidator: TRUSTING,
        listChanged: { tools: { autoRefresh: false, onChanged: () => target.onToolsChanged() } },
      },
    );
    const transport = isOld
      ? new sdk.SSEClientTransport(url, { fetch })
      : new sdk.StreamableHTTPClientTransport(url, { fetch });
    try {
      await client.connect(transport, { timeout: STEP_TIMEOUT_MS, signal });
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  };

  let client: Client;
  try {
    client = await attempt(false).catch((error: unknown) => {
      const isClientError =
        error instanceof sdk.SdkHttpError && [400, 404, 405, 406, 415].includes(error.status);
      if (!isClientError) throw error;
      // Servers of the first protocol refuse what they are sent there; what they say to the old way is not better known.
      return attempt(true).catch(() => Promise.reject(error));
    });
  } catch (error) {
    await way[Symbol.asyncDispose]();
    throw error;
  }
  client.onclose = () => target.onClose();

  return {
    async listTools(listSignal) {
      const { tools } = await client.listTools(undefined, {
        timeout: STEP_TIMEOUT_MS,
        signal: listSignal,
        cacheMode: 'refresh',
      });
      return readTools(tools);
    },

    callTool: (name, args, { idempotencyKey, timeoutMs, signal: callSignal }) =>
      client.callTool(
        { name, arguments: { ...args }, _meta: { 'muster/idempotency-key': idempotencyKey } },
        { timeout: timeoutMs, maxTotalTimeout: timeoutMs, signal: callSignal },
      ),

    async close() {
      await client.close();
      await way[Symbol.asyncDispose]();
    },
  };
}
