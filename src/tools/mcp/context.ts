import type { AuditRecorder } from '../../audit/index.ts';
import type { Database } from '../../db/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { GuardedHttp } from '../../lib/guarded-http/index.ts';
import type { Ids } from '../../lib/ids.ts';
import type { SealedPlace, SecretBox } from '../../lib/secrets.ts';
import type { FindToolUsers } from '../tool-users.ts';
import type { McpConnections } from './connections.ts';
import type { McpStore } from './store.ts';

/** What the verbs of MCP servers share. */
export interface McpContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly audit: AuditRecorder;
  readonly secrets: SecretBox;
  readonly guardedHttp: Pick<GuardedHttp, 'vet'>;
  readonly store: McpStore;
  readonly connections: McpConnections;
  readonly findUsers: FindToolUsers;
}

/** Where a server's credential is sealed; it opens nowhere else. */
export function mcpAuthPlace(accountId: string, serverId: string): SealedPlace {
  return { accountId, table: 'mcp_servers', row: serverId, column: 'auth_sealed' };
}
