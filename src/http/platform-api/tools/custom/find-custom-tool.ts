import type { FindObject } from '../../access.ts';
import type { PlatformApiDeps } from '../../deps.ts';

export function findCustomTool({ tools }: Pick<PlatformApiDeps, 'tools'>): FindObject {
  return ({ accountId }, { id = '' }) => tools.custom.get(accountId, id);
}
