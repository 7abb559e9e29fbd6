import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function findProvider({ providers }: Pick<PlatformApiDeps, 'providers'>): FindObject {
  return ({ accountId }, { id = '' }) => providers.getProvider(accountId, id);
}
