import { isSandboxAccount } from '../../accounts/index.ts';
import { openAuth, withoutSecrets } from '../auth/tool-auth.ts';
import { type McpContext, mcpAuthPlace } from './context.ts';
import { failureWords } from './failure-words.ts';
import type { StoredMcpServer } from './store.ts';

const REFRESH_TIMEOUT_MS = 30_000;

/**
 * Asks a server for its tools and keeps what was found: its tools, or why it could not be asked, with the tools that were
 * known before. Never throws for what the server does.
 */
export async function refreshServer(context: McpContext, server: StoredMcpServer): Promise<StoredMcpServer> {
  const { clock, connections, db, store } = context;
  const found = await ask();
  const checked: StoredMcpServer = { ...server, ...found, checkedAt: clock.now() };
  // Refused: its settings are others now, or it is gone; then what was found is of no use.
  await db.write([store.saveFindings(checked)]);
  return checked;

  async function ask(): Promise<Pick<StoredMcpServer, 'status' | 'error' | 'tools'>> {
    // Nothing leaves a sandbox.
    if (isSandboxAccount(server.accountId)) return { status: 'ready', error: undefined, tools: [] };
    try {
      const tools = await connections.listTools(server, AbortSignal.timeout(REFRESH_TIMEOUT_MS));
      return { status: 'ready', error: undefined, tools };
    } catch (error) {
      connections.drop(server.id);
      return { status: 'error', error: wordsFor(error), tools: server.tools };
    }
  }

  function wordsFor(error: unknown): string {
    if (error instanceof Error && error.name === 'TimeoutError') return 'It did not answer in time.';
    const words = failureWords(error);
    try {
      const place = mcpAuthPlace(server.accountId, server.id);
      return withoutSecrets(words, openAuth(context.secrets, server.authType, server.authSealed, place));
    } catch {
      // A credential that cannot be opened was not sent, so nobody can have sent it back.
      return words;
    }
  }
}
