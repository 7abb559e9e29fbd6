import type { Statement } from '../db/index.ts';
import type { CrewsContext } from './context.ts';
import { crewErrors } from './errors.ts';
import { getCrew, readAgents, requireCrew } from './read-crews.ts';
import { revisionOf } from './revision.ts';
import { crewChanged } from './save-crew.ts';
import { IDLE, UNCHANGED } from './store.ts';

/** How often open jobs are stopped while new ones come in. */
const MAX_ATTEMPTS = 20;

export interface DeleteCrewOptions {
  /** Ends the jobs that are open. */
  readonly stopJobs?: (() => Promise<void>) | undefined;
  /** The revision that is to be deleted, and no other; undefined: whatever is there. */
  readonly ifRevision?: string | undefined;
}

/**
 * From now on no job of the crew can be started; those that there were stay readable. Throws crew_busy while one is open,
 * unless `stopJobs` is given. Its agents stay, outside of any crew; what it remembered is gone.
 */
export async function deleteCrew(
  context: CrewsContext,
  accountId: string,
  crewId: string,
  { stopJobs, ifRevision }: DeleteCrewOptions = {},
): Promise<void> {
  const crew = await requireCrew(context, accountId, crewId);
  const agents = await readAgents(context, crew);
  const { db, store, clock } = context;
  for (let attempt = 0; ; attempt++) {
    const now = clock.now();
    const asRead =
      ifRevision === undefined ? [] : [await unchanged(context, accountId, crewId, ifRevision, now)];
    const written = await db.write([
      ...asRead,
      store.deleteCrew(accountId, crewId, now),
      store.deleteTasksOf(accountId, crewId, now),
      ...context.alongDeletion(accountId, crewId),
    ]);
    if (written.ok) break;
    if (written.refused === UNCHANGED) throw crewChanged();
    if (written.refused !== IDLE) throw new Error(`The deletion was refused by '${written.refused}'`);
    await requireCrew(context, accountId, crewId);
    if (!stopJobs || attempt === MAX_ATTEMPTS) {
      throw crewErrors.crew_busy(
        'A job of this crew is still open. Stop it, or delete the crew with ?force=true.',
      );
    }
    await stopJobs();
  }
  for (const { id } of agents) await context.agents.updateAgent(accountId, id, { crewId: null });
}

/** Refuses the batch unless the crew, its agents and tasks are as they were in that revision. Throws crew_changed. */
async function unchanged(
  context: CrewsContext,
  accountId: string,
  crewId: string,
  revision: string,
  now: number,
): Promise<Statement> {
  const whole = await getCrew(context, accountId, crewId);
  if (revisionOf(whole) !== revision) throw crewChanged();
  return context.store.updateCrew(whole, whole.crew, now);
}
