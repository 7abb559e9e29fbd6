import { Refused } from '../failures.ts';
import type { ApiClient } from './api-client.ts';

/**
 * What agents and crews are called, by their ids: the name, with the id behind it where another has the same. One that was
 * deleted goes by its id.
 */
export async function namesOf(client: ApiClient, ids: readonly string[]): Promise<Map<string, string>> {
  const found = await Promise.all(ids.map(async (id) => [id, await nameOf(client, id)] as const));
  const counts = Map.groupBy(found, ([, name]) => name);
  return new Map(
    found.map(([id, name]) => {
      if (name === undefined) return [id, `${id} (deleted)`];
      return [id, counts.get(name)?.length === 1 ? name : `${name} (${id})`];
    }),
  );
}

async function nameOf(client: ApiClient, id: string): Promise<string | undefined> {
  const path = id.startsWith('crew_') ? '/api/v1/crews' : '/api/v1/agents';
  try {
    return (await client.get(`${path}/${id}`)).text('name');
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined;
    throw error;
  }
}
