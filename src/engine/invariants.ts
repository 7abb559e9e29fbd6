import { sql } from 'kysely';
import type { Invariant } from '../db/index.ts';

/** What the store keeps of jobs at every moment, whoever dies when. */
export const engineInvariants: readonly Invariant[] = [
  {
    name: 'Each job that runs is claimed, and no other is',
    count: sql`SELECT count(*) AS count FROM jobs`,
    broken: sql`
      SELECT id || ' is ' || status || ', claimed by ' || coalesce(owner, 'nobody') || ' under epoch ' || epoch AS problem
      FROM jobs WHERE (status = 'running') <> (owner IS NOT NULL AND lease_until IS NOT NULL AND epoch > 0)`,
  },
  {
    name: 'Each job has ended, or has no end',
    count: sql`SELECT count(*) AS count FROM jobs`,
    broken: sql`
      SELECT id || ' is ' || status || CASE WHEN finished_at IS NULL THEN ' and' ELSE ' but' END
        || CASE WHEN finished_at IS NULL THEN ' has no end' ELSE ' has ended' END AS problem
      FROM jobs WHERE (status IN ('completed', 'failed', 'stopped')) <> (finished_at IS NOT NULL)
        OR (result IS NOT NULL AND finished_at IS NULL) OR (status = 'failed') <> (error_code IS NOT NULL)`,
  },
  {
    name: 'The steps of each completed job are dense in each of their scopes',
    count: sql`SELECT count(*) AS count FROM job_steps`,
    broken: sql`
      SELECT job_id || ': ' || count(*) || ' steps up to ' || max(position) || ' in the scope "' || scope || '"' AS problem
      FROM job_steps JOIN jobs ON jobs.id = job_id
      WHERE jobs.status = 'completed'
      GROUP BY job_id, scope HAVING count(*) <> max(position) + 1 OR count(DISTINCT position) <> count(*)`,
  },
  {
    name: 'A completed job waits for nothing, and nothing in it is half done',
    count: sql`SELECT count(*) AS count FROM jobs WHERE status = 'completed'`,
    broken: sql`
      SELECT job_id || ': ' || name || ' is ' || state AS problem
      FROM job_steps JOIN jobs ON jobs.id = job_id
      WHERE jobs.status = 'completed' AND state IN ('started', 'waiting')`,
  },
  {
    name: 'The events of each job are dense from 1',
    count: sql`SELECT count(*) AS count FROM job_events`,
    broken: sql`
      SELECT job_id || ': ' || count(*) || ' events from ' || min(seq) || ' to ' || max(seq) AS problem
      FROM job_events JOIN jobs ON jobs.id = job_id WHERE jobs.trace_state IS NULL
      GROUP BY job_id HAVING min(seq) <> 1 OR count(*) <> max(seq)`,
  },
  {
    name: 'Each job tells its end once, last and truly, and no job tells it before',
    count: sql`SELECT count(*) AS count FROM jobs`,
    broken: sql`
      SELECT jobs.id || ' is ' || jobs.status || ' and tells ' || count(ends.seq) || ' ends' AS problem
      FROM jobs LEFT JOIN job_events AS ends ON ends.job_id = jobs.id AND ends.type = 'job_status'
        AND ends.data IN ('{"status":"completed"}', '{"status":"failed"}', '{"status":"stopped"}')
      WHERE jobs.trace_state IS NULL
      GROUP BY jobs.id, jobs.status, jobs.finished_at
      HAVING count(ends.seq) <> CASE WHEN jobs.finished_at IS NULL THEN 0 ELSE 1 END
        OR (jobs.finished_at IS NOT NULL AND (
          min(ends.data) <> '{"status":"' || jobs.status || '"}'
          OR max(ends.seq) <> (SELECT max(seq) FROM job_events WHERE job_id = jobs.id)))`,
  },
];
