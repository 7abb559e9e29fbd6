import type { CallToolResult } from '@modelcontextprotocol/client';
import { type Credential, withoutSecrets } from '../auth/tool-auth.ts';
import { failure, success } from '../outcome.ts';
import type { Tool, ToolOutcome } from '../types.ts';
import type { McpConnections } from './connections.ts';
import { contentText } from './content-text.ts';
import { failureWords } from './failure-words.ts';
import type { StoredMcpServer } from './store.ts';
import { toolNames } from './tool-names.ts';

const CALL_TIMEOUT_MS = 60_000;

export interface McpToolDeps {
  readonly connections: Pick<McpConnections, 'callTool'>;
  readonly credentialOf: (server: StoredMcpServer) => Credential | undefined;
}

/** A server's tools as agents use them. */
export function toTools(server: StoredMcpServer, { connections, credentialOf }: McpToolDeps): Tool[] {
  const names = toolNames(server.name, server.tools);
  return server.tools.map((remote, index): Tool => {
    const { description, parameters, effects } = remote;
    return {
      name: names[index] ?? '',
      ...{ description, parameters, effects },
      category: 'mcp',
      sourceId: server.id,
      isRemote: true,
      priceNanoUsd: 0n,
      async run(args, { signal, idempotencyKey }) {
        try {
          const options = { idempotencyKey, signal, timeoutMs: CALL_TIMEOUT_MS };
          const result = await connections.callTool(server, remote.name, args, options);
          return outcomeOf(result, credentialOf(server));
        } catch (error) {
          signal.throwIfAborted();
          return failure(withoutSecrets(`${server.name}: ${failureWords(error)}`, credentialOf(server)));
        }
      },
    };
  });
}

function outcomeOf(result: CallToolResult, credential: Credential | undefined): ToolOutcome {
  const text = withoutSecrets(contentText(result), credential);
  return result.isError === true ? failure(text) : success(text);
}
