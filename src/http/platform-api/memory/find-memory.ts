import type { FindObject } from '../access.ts';
import { findCrew } from '../crews/find-crew.ts';
import type { PlatformApiDeps } from '../deps.ts';

/** A crew's memory is named by the crew. */
export function findMemory(deps: Pick<PlatformApiDeps, 'crews'>): FindObject {
  const find = findCrew(deps);
  return (user, { crew_id: id = '' }) => find(user, { id });
}
