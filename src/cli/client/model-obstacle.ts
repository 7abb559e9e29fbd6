import type { ApiClient } from './api-client.ts';
import type { Fields } from './fields.ts';

/** Why an agent cannot answer with its model yet, and the way out; undefined: nothing is known to be in the way. */
export async function modelObstacle(client: ApiClient, agentId: string): Promise<string | undefined> {
  return obstacleOf(await client.get(`/api/v1/agents/${agentId}`));
}

/** The same of an agent as the server shows it. */
export function obstacleOf(agent: Fields): string | undefined {
  return agent.has('model_error') ? agent.object('model_error').text('message') : undefined;
}
