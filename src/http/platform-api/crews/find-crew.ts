import { crewErrors } from '../../../crews/index.ts';
import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function findCrew({ crews }: Pick<PlatformApiDeps, 'crews'>): FindObject {
  return async ({ accountId }, { id = '' }) => {
    if (await crews.crewExists(accountId, id)) return;
    throw crewErrors.crew_not_found(`There is no crew '${id}'.`);
  };
}
