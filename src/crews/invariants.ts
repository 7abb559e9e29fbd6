import { sql } from 'kysely';
import type { Invariant } from '../db/index.ts';

/** What a job shows of itself is what its log and its bill say. */
export const crewInvariants: readonly Invariant[] = [
  {
    name: 'Each execution has cost what the bill says of it',
    count: sql`SELECT count(*) AS count FROM executions`,
    broken: sql`
      SELECT executions.job_id || ': ' || executions.cost_nano_usd || ' beside a bill of '
        || coalesce(sum(usage.cost_nano_usd), 0) AS problem
      FROM executions LEFT JOIN usage
        ON usage.run_id > executions.job_id || '/' AND usage.run_id < executions.job_id || '0'
      GROUP BY executions.job_id
      HAVING coalesce(sum(usage.cost_nano_usd), 0) <> executions.cost_nano_usd`,
  },
  {
    name: 'No task of an execution that has ended is open',
    count: sql`SELECT count(*) AS count FROM execution_tasks`,
    broken: sql`
      SELECT execution_tasks.job_id || ': ' || execution_tasks.task_id || ' is '
        || execution_tasks.status AS problem
      FROM execution_tasks JOIN jobs ON jobs.id = execution_tasks.job_id
      WHERE jobs.finished_at IS NOT NULL
        AND execution_tasks.status IN ('pending', 'running', 'waiting_for_input')`,
  },
  {
    name: 'The events of each execution are dense, and one that has ended ends with its status',
    count: sql`SELECT count(DISTINCT job_id) AS count FROM job_events`,
    broken: sql`
      SELECT executions.job_id || ': ' || count(*) || ' events up to ' || max(job_events.seq) AS problem
      FROM executions
      JOIN jobs ON jobs.id = executions.job_id
      JOIN job_events ON job_events.job_id = executions.job_id
      GROUP BY executions.job_id
      HAVING count(*) <> max(job_events.seq)
        OR (jobs.finished_at IS NOT NULL AND sum(
          job_events.type = 'job_status' AND job_events.data = '{"status":"' || jobs.status || '"}') <> 1)`,
  },
];
