import { sql } from 'kysely';
import type { Database } from '../../db/index.ts';
import { raw } from '../embedded/store/claim.ts';
import { SCHEMA, WORKFLOW } from './names.ts';

/** Whoever ends a job tells DBOS right after that. */
const TOLD_WITHIN_MS = 10_000;

const WORKFLOWS = sql.table(`${SCHEMA}.workflow_status`);
const IS_OPEN = sql`workflow.status IN ('ENQUEUED', 'PENDING') AND workflow.name = ${sql.lit(WORKFLOW)}`;

/**
 * Writes into DBOS's tables what became of workflows that nobody runs: their process died after a job's end and before
 * DBOS's note of it, or their job went on without DBOS. The rows of both are locked, so that a job which is just being
 * taken up is left alone, and none is waited for. Resolves to how many there were.
 */
export async function settleWorkflows(db: Database, now: number): Promise<number> {
  const become = (status: ReturnType<typeof sql>) => {
    const at = sql`(extract(epoch FROM now()) * 1000)::bigint`;
    return sql`status = ${status}, owner_xid = NULL, queue_name = NULL, updated_at = ${at}, completed_at = ${at}`;
  };
  const ofIdleJobs = sql`
    WITH found AS (
      SELECT workflow_uuid, CASE jobs.status WHEN 'completed' THEN 'SUCCESS' WHEN 'failed' THEN 'ERROR' ELSE 'CANCELLED' END AS status
      FROM ${WORKFLOWS} AS workflow JOIN jobs ON jobs.id = workflow_uuid
      WHERE ${IS_OPEN} AND jobs.status <> 'running' AND (finished_at IS NULL OR finished_at < ${now - TOLD_WITHIN_MS})
      FOR UPDATE OF workflow SKIP LOCKED FOR SHARE OF jobs SKIP LOCKED)
    UPDATE ${WORKFLOWS} AS workflow SET ${become(sql`found.status`)} FROM found
    WHERE workflow.workflow_uuid = found.workflow_uuid`;
  const ofNoJobs = sql`
    WITH found AS (
      SELECT workflow_uuid FROM ${WORKFLOWS} AS workflow
      WHERE ${IS_OPEN} AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = workflow_uuid)
      FOR UPDATE SKIP LOCKED)
    UPDATE ${WORKFLOWS} AS workflow SET ${become(sql`'CANCELLED'`)} FROM found
    WHERE workflow.workflow_uuid = found.workflow_uuid`;
  const written = await db.write([ofIdleJobs, ofNoJobs].map((each) => db.statement(raw(db.build, each))));
  return written.ok ? written.changes.reduce((sum, count) => sum + count, 0) : 0;
}
