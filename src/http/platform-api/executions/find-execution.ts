import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function findExecution({ executions }: Pick<PlatformApiDeps, 'executions'>): FindObject {
  return ({ accountId }, { id = '' }) => executions.get(accountId, id);
}
