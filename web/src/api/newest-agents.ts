import { api, ask } from './api.ts';

/** The agent that a new server brings along; it knows Muster's own guide. */
export const GUIDE = 'Muster guide';

interface Agent {
  readonly name: string;
  readonly crew_id: string | null;
}

/** The youngest agents, the very youngest first. */
export const newestAgents = {
  queryKey: ['agents', 'newest'],
  queryFn: () => ask(api.GET('/agents', { params: { query: { limit: 50 } } })),
};

/** The youngest of one's own: neither the guide nor who helps it in the crew that comes with it; rather one that is in no crew. */
export function ownAgent<One extends Agent>(agents: readonly One[]): One | undefined {
  const guide = agents.find(({ name }) => name === GUIDE);
  const own = agents.filter(
    (agent) => agent !== guide && (agent.crew_id === null || agent.crew_id !== guide?.crew_id),
  );
  return own.find(({ crew_id }) => crew_id === null) ?? own[0];
}

/** The one that is most likely meant where none was chosen. */
export function likelyAgent<One extends Agent>(agents: readonly One[]): One | undefined {
  return ownAgent(agents) ?? agents.find(({ name }) => name === GUIDE) ?? agents[0];
}
