import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function findTask({ crews }: Pick<PlatformApiDeps, 'crews'>): FindObject {
  return ({ accountId }, { id = '' }) => crews.getTask(accountId, id);
}
