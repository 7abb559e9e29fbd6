import { sql } from 'kysely';
import type { Invariant } from '../db/index.ts';

/** What an agent is called with is what its history says was saved last. */
export const agentInvariants: readonly Invariant[] = [
  {
    name: 'Each agent is as its newest version was saved',
    count: sql`SELECT count(*) AS count FROM agents`,
    broken: sql`
      SELECT agents.id || ': version ' || agents.version
        || CASE WHEN saved.agent_id IS NULL THEN ' is not there' ELSE ' is another' END AS problem
      FROM agents LEFT JOIN agent_versions AS saved
        ON saved.agent_id = agents.id AND saved.version = agents.version
      WHERE saved.agent_id IS NULL OR saved.config <> agents.config`,
  },
  {
    name: 'The versions of each agent are complete',
    count: sql`SELECT count(*) AS count FROM agent_versions`,
    broken: sql`
      SELECT agents.id || ': it is at version ' || agents.version || ' and has '
        || coalesce(saved.versions, 0) || ' of them' AS problem
      FROM agents LEFT JOIN (
        SELECT agent_id, count(*) AS versions FROM agent_versions GROUP BY agent_id
      ) AS saved ON saved.agent_id = agents.id
      WHERE coalesce(saved.versions, 0) <> agents.version`,
  },
];
