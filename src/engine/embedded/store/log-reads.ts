import { sql } from 'kysely';
import type { Database } from '../../../db/index.ts';

/** What a job has done, as it is read back. */
export function logReads(db: Database) {
  return {
    readSteps: db.prepareRead<
      { accountId: string; jobId: string },
      { name: string; scope: string; position: number; state: string; attempts: number }
    >((queries, param) =>
      queries
        .selectFrom('job_steps')
        .select(['name', 'scope', 'position', 'state', 'attempts'])
        .where('job_id', '=', param('jobId'))
        .where('account_id', '=', param('accountId')),
    ),

    readStepValue: db.prepareRead<
      { accountId: string; jobId: string; name: string },
      { value: string | null }
    >((queries, param) =>
      queries
        .selectFrom('job_steps')
        .select('value')
        .where('job_id', '=', param('jobId'))
        .where('name', '=', param('name'))
        .where('account_id', '=', param('accountId')),
    ),

    readWaits: db.prepareRead<
      { accountId: string; jobId: string },
      { name: string; scope: string; value: string | null; at: number }
    >((queries, param) =>
      queries
        .selectFrom('job_steps')
        .select(['name', 'scope', 'value', 'at'])
        .where('job_id', '=', param('jobId'))
        .where('account_id', '=', param('accountId'))
        .where('state', '=', 'waiting')
        .orderBy('at'),
    ),

    readEvents: db.prepareRead<
      { accountId: string; jobId: string; after: number; limit: number },
      { seq: number; type: string; data: string; at: number }
    >((queries, param) =>
      queries
        .selectFrom('job_events')
        .select(['seq', 'type', 'data', 'at'])
        .where('job_id', '=', param('jobId'))
        .where('seq', '>', param('after'))
        .where('account_id', '=', param('accountId'))
        .orderBy('seq')
        .limit(sql<number>`${param('limit')}`),
    ),

    readLastSeq: db.prepareRead<{ accountId: string; jobId: string }, { seq: number }>((queries, param) =>
      queries
        .selectFrom('job_events')
        .select('seq')
        .where('job_id', '=', param('jobId'))
        .where('account_id', '=', param('accountId'))
        .orderBy('seq', 'desc')
        .limit(1),
    ),
  };
}
