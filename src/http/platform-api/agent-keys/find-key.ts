import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function findKey({ accounts }: Pick<PlatformApiDeps, 'accounts'>): FindObject {
  return ({ accountId }, params) => accounts.getKey(accountId, params.id ?? '');
}
