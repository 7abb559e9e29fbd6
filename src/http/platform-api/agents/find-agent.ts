import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function findAgent({ agents }: Pick<PlatformApiDeps, 'agents'>): FindObject {
  return ({ accountId }, { id = '' }) => agents.getAgent(accountId, id);
}
