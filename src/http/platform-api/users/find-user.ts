import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function findUser({ accounts }: Pick<PlatformApiDeps, 'accounts'>): FindObject {
  return ({ accountId }, params) => accounts.getUser(accountId, params.id ?? '');
}
