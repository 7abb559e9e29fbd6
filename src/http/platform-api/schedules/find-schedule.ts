import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function findSchedule({ schedules }: Pick<PlatformApiDeps, 'schedules'>): FindObject {
  return ({ accountId }, { id = '' }) => schedules.get(accountId, id);
}
