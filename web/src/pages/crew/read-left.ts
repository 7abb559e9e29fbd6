import { api, ask } from '../../api/api.ts';
import { toApiError } from '../../api/api-error.ts';
import { type CrewDraft, type DraftAgent, toDraftAgent } from './draft.ts';

/** The agents of `mine` that somebody took out of the crew, as they are now; those that were deleted are left out. */
export async function readLeft(mine: CrewDraft, newest: CrewDraft): Promise<readonly DraftAgent[]> {
  const missing = mine.agents.flatMap(({ id, joined }) =>
    id === undefined || joined || newest.agents.some((agent) => agent.id === id) ? [] : [id],
  );
  const found = await Promise.all(missing.map(readAgent));
  return found.flatMap((agent) => (agent ? [agent] : []));
}

async function readAgent(id: string): Promise<DraftAgent | undefined> {
  try {
    return toDraftAgent(await ask(api.GET('/agents/{id}', { params: { path: { id } } })));
  } catch (error) {
    if (toApiError(error).status === 404) return undefined;
    throw error;
  }
}
