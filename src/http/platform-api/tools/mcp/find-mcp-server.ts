import type { FindObject } from '../../access.ts';
import type { PlatformApiDeps } from '../../deps.ts';

export function findMcpServer({ tools }: Pick<PlatformApiDeps, 'tools'>): FindObject {
  return ({ accountId }, { id = '' }) => tools.mcp.get(accountId, id);
}
