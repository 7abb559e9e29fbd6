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
    name: 'Each execution has come to what its job has come to',
    count: sql`SELECT count(*) AS count FROM executions`,
    broken: sql`
      SELECT executions.job_id || ' is ' || coalesce(executions.outcome, 'open') || ', its job ' || jobs.status AS problem
      FROM executions JOIN jobs ON jobs.id = executions.job_id
      WHERE coalesce(executions.outcome, '') <> CASE WHEN jobs.finished_at IS NULL THEN '' ELSE jobs.status END`,
  },
  {
    name: 'No job that has ended or rests holds credit',
    count: sql`SELECT count(*) AS count FROM executions`,
    broken: sql`
      SELECT executions.job_id || ' is ' || jobs.status || ' and holds ' || sum(holds.amount_nano_usd) || ' nano-dollars' AS problem
      FROM executions JOIN jobs ON jobs.id = executions.job_id
      JOIN holds ON holds.run_id > executions.job_id || '/' AND holds.run_id < executions.job_id || '0'
      WHERE jobs.finished_at IS NOT NULL OR jobs.status = 'waiting_for_input'
      GROUP BY executions.job_id, jobs.status`,
  },
  {
    name: 'No execution has cost more than it may',
    count: sql`SELECT count(*) AS count FROM executions WHERE max_cost_nano_usd IS NOT NULL`,
    broken: sql`
      SELECT job_id || ' has cost ' || cost_nano_usd || ' of ' || max_cost_nano_usd || ' nano-dollars' AS problem
      FROM executions WHERE cost_nano_usd > max_cost_nano_usd`,
  },
  {
    name: 'No crew that is gone remembers anything',
    count: sql`SELECT count(*) AS count FROM memories`,
    broken: sql`
      SELECT memories.id || ' is of the crew ' || memories.crew_id AS problem
      FROM memories LEFT JOIN crews ON crews.id = memories.crew_id AND crews.deleted_at IS NULL
      WHERE crews.id IS NULL`,
  },
];
