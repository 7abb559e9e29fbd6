import { sql } from 'kysely';
import type { Invariant } from '../../db/index.ts';
import { SCHEMA, WORKFLOW } from './names.ts';

const WORKFLOWS = sql.table(`${SCHEMA}.workflow_status`);
const OURS = sql`workflow.name = ${sql.lit(WORKFLOW)}`;
/** In which whoever has the job tells DBOS, or another settles what he left. */
const TOLD_WITHIN_MS = 60_000;

const count = sql<{ count: number }>`SELECT count(*) AS count FROM ${WORKFLOWS} AS workflow WHERE ${OURS}`;
const problem = sql`'the workflow ' || workflow_uuid || ' is ' || workflow.status || ', its job ' || coalesce(jobs.status, 'gone')`;

/** Whether there is anything to ask of DBOS. */
export const hasWorkflows = sql<{
  found: boolean;
}>`SELECT to_regclass(${`${SCHEMA}.workflow_status`}) IS NOT NULL AS found`;

/** What DBOS's tables say of jobs, as far as they have any; on PostgreSQL, where hasWorkflows. */
export const workflowInvariants: readonly Invariant[] = [
  {
    name: 'DBOS has no workflow under way of a job that is not',
    count,
    broken: sql`
      SELECT ${problem} || '; a process with MUSTER_ENGINE=dbos settles that' AS problem
      FROM ${WORKFLOWS} AS workflow LEFT JOIN jobs ON jobs.id = workflow_uuid
      WHERE ${OURS} AND workflow.status IN ('ENQUEUED', 'PENDING') AND coalesce(jobs.status, '') <> 'running'
        AND greatest(workflow.updated_at, finished_at) < extract(epoch FROM now()) * 1000 - ${sql.lit(TOLD_WITHIN_MS)}`,
  },
  {
    name: 'A workflow that DBOS calls over is of a job that has ended like that',
    count,
    broken: sql`
      SELECT ${problem} AS problem FROM ${WORKFLOWS} AS workflow JOIN jobs ON jobs.id = workflow_uuid
      WHERE ${OURS} AND workflow.status <> CASE jobs.status WHEN 'completed' THEN 'SUCCESS' WHEN 'failed' THEN 'ERROR' ELSE '' END
        AND workflow.status IN ('SUCCESS', 'ERROR')`,
  },
];
