import type { CrewsContext } from './context.ts';
import { crewErrors } from './errors.ts';
import { readAgents, requireCrew } from './read-crews.ts';
import { IDLE } from './store.ts';

/** How often open jobs are stopped while new ones come in. */
const MAX_ATTEMPTS = 20;

/**
 * From now on no job of the crew can be started; those that there were stay readable. Throws crew_busy while one is open,
 * unless `stopJobs` is given, which ends them. Its agents stay, outside of any crew; what it remembered is gone.
 */
export async function deleteCrew(
  context: CrewsContext,
  accountId: string,
  crewId: string,
  stopJobs: (() => Promise<void>) | undefined,
): Promise<void> {
  const crew = await requireCrew(context, accountId, crewId);
  const agents = await readAgents(context, crew);
  const { db, store, clock } = context;
  for (let attempt = 0; ; attempt++) {
    const now = clock.now();
    const written = await db.write([
      store.deleteCrew(accountId, crewId, now),
      store.deleteTasksOf(accountId, crewId, now),
      ...context.alongDeletion(accountId, crewId),
    ]);
    if (written.ok) break;
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
