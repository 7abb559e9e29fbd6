import { type Compilable, type Kysely, type RawBuilder, sql } from 'kysely';
import {
  type Database,
  isOrphan,
  type JobsTable,
  type ParamRef,
  type Schema,
  type Statement,
} from '../../db/index.ts';
import type { PageRequest } from '../../lib/page.ts';
import { pageOffset } from '../../lib/page.ts';
import type { JobFilter, JobStatus } from '../types.ts';

/** The guard of every write of a running job: refused once somebody else has taken the job or it has ended. */
export const CLAIM = 'claim';
/** The guard of an answer: refused when the wait is over. */
const WAIT = 'wait';

/**
 * `failed`: it threw, and the handler went on with that. `waiting` and `answered`: for a person, whose answer is then the
 * value.
 */
export type StepState = 'started' | 'finished' | 'failed' | 'waiting' | 'answered';

/** Whose claim a write is made under. */
export interface Claim {
  readonly jobId: string;
  readonly accountId: string;
  readonly epoch: number;
}

export interface QueuedJob extends Claim {
  readonly crashes: number;
}

export interface StepRow {
  readonly name: string;
  readonly scope: string;
  readonly position: number;
  readonly state: StepState;
  readonly attempts: number;
}

export type EngineStore = ReturnType<typeof createEngineStore>;

/**
 * The engine's SQL. Statements on a running job carry its epoch in their WHERE. The few queries that name no account
 * are the scheduler's, which serves all of them; nothing of theirs reaches a caller.
 */
export function createEngineStore(db: Database) {
  const raw = <Row>(queries: Kysely<Schema>, text: RawBuilder<Row>): Compilable<Row> => ({
    compile: () => text.compile(queries),
  });

  /** Where others write at the same time: nobody takes the job over between this look at its epoch and the commit. */
  const held = db.dialect === 'postgres' ? sql` FOR SHARE` : sql``;
  const lock = db.prepare<{ jobId: string; accountId: string }>((queries, param) =>
    raw(
      queries,
      sql`SELECT 1 FROM jobs WHERE id = ${param('jobId')} AND account_id = ${param('accountId')} FOR UPDATE`,
    ),
  );

  const insertJob = db.prepare<{
    id: string;
    accountId: string;
    kind: string;
    status: string;
    input: string;
    epoch: number;
    owner: string | null;
    leaseUntil: number | null;
    availableAt: number;
    startedAt: number | null;
    now: number;
  }>((queries, param) =>
    queries.insertInto('jobs').values({
      id: param('id'),
      account_id: param('accountId'),
      kind: param('kind'),
      status: param('status'),
      input: param('input'),
      epoch: param('epoch'),
      owner: param('owner'),
      lease_until: param('leaseUntil'),
      attempt: 1,
      crashes: 0,
      waited_ms: 0,
      available_at: param('availableAt'),
      created_at: param('now'),
      started_at: param('startedAt'),
    }),
  );

  type Claimed = { jobId: string; accountId: string; epoch: number };

  type Answer = { jobId: string; accountId: string; name: string; value: string; now: number };
  const answerWait = (queries: Kysely<Schema>, param: ParamRef<Answer>) =>
    queries
      .updateTable('job_steps')
      .set({ state: 'answered', value: param('value'), at: param('now') })
      .where('job_id', '=', param('jobId'))
      .where('account_id', '=', param('accountId'))
      .where('name', '=', param('name'))
      .where('state', '=', 'waiting')
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('jobs')
            .select('id')
            .whereRef('jobs.id', '=', 'job_steps.job_id')
            .where('finished_at', 'is', null),
        ),
      );

  return {
    insertJob,

    /**
     * Stands first in a batch whose statements look at steps as well as at the job: what somebody else is writing of the
     * job is waited for, and seen. Where only one process writes there is nothing to wait for.
     */
    lockJob: (job: { readonly jobId: string; readonly accountId: string }): Statement[] =>
      db.dialect === 'postgres' ? [lock({ jobId: job.jobId, accountId: job.accountId })] : [],

    claim: db.prepare<Claimed & { owner: string; leaseUntil: number; now: number }>(
      (queries, param) =>
        queries
          .updateTable('jobs')
          .set({
            status: 'running',
            owner: param('owner'),
            epoch: sql<number>`epoch + 1`,
            lease_until: param('leaseUntil'),
            started_at: sql<number>`coalesce(started_at, ${param('now')})`,
          })
          .where('id', '=', param('jobId'))
          .where('account_id', '=', param('accountId'))
          .where('epoch', '=', param('epoch'))
          .where('status', '=', 'queued'),
      CLAIM,
    ),

    renewLease: db.prepare<Claimed & { leaseUntil: number }>(
      (queries, param) =>
        queries
          .updateTable('jobs')
          .set({ lease_until: param('leaseUntil') })
          .where('id', '=', param('jobId'))
          .where('account_id', '=', param('accountId'))
          .where('epoch', '=', param('epoch'))
          .where('status', '=', 'running'),
      CLAIM,
    ),

    /** Something got done: the crashes before it were not all of the same making. */
    clearCrashes: db.prepare<Claimed>(
      (queries, param) =>
        queries
          .updateTable('jobs')
          .set({ crashes: 0 })
          .where('id', '=', param('jobId'))
          .where('account_id', '=', param('accountId'))
          .where('epoch', '=', param('epoch')),
      CLAIM,
    ),

    /** Ends a job. Raising the epoch fences whoever still works on it. */
    endJob: db.prepare<
      Claimed & {
        from: string;
        status: string;
        result: string | null;
        errorCode: string | null;
        errorMessage: string | null;
        now: number;
      }
    >(
      (queries, param) =>
        queries
          .updateTable('jobs')
          .set({
            status: param('status'),
            result: param('result'),
            error_code: param('errorCode'),
            error_message: param('errorMessage'),
            finished_at: param('now'),
            epoch: sql<number>`epoch + 1`,
            owner: null,
            lease_until: null,
          })
          .where('id', '=', param('jobId'))
          .where('account_id', '=', param('accountId'))
          .where('epoch', '=', param('epoch'))
          .where('status', '=', param('from')),
      CLAIM,
    ),

    /** Gives a running job back to the queue. */
    requeue: db.prepare<Claimed & { availableAt: number; attempt: number }>(
      (queries, param) =>
        queries
          .updateTable('jobs')
          .set({
            status: 'queued',
            available_at: param('availableAt'),
            attempt: param('attempt'),
            epoch: sql<number>`epoch + 1`,
            owner: null,
            lease_until: null,
          })
          .where('id', '=', param('jobId'))
          .where('account_id', '=', param('accountId'))
          .where('epoch', '=', param('epoch'))
          .where('status', '=', 'running'),
      CLAIM,
    ),

    /** The same for a job that was lost on the way: one crash more is counted. */
    requeueLost: db.prepare<Claimed & { availableAt: number }>(
      (queries, param) =>
        queries
          .updateTable('jobs')
          .set({
            status: 'queued',
            available_at: param('availableAt'),
            crashes: sql<number>`crashes + 1`,
            epoch: sql<number>`epoch + 1`,
            owner: null,
            lease_until: null,
          })
          .where('id', '=', param('jobId'))
          .where('account_id', '=', param('accountId'))
          .where('epoch', '=', param('epoch'))
          .where('status', '=', 'running'),
      CLAIM,
    ),

    /**
     * Lets a job rest as `idleStatus` until `idleAt`, unless one of the `waits` that it met has been answered since: then
     * it is due at once.
     */
    suspend: db.prepare<Claimed & { waits: number; idleStatus: string; idleAt: number; now: number }>(
      (queries, param) => {
        const answered = sql`(SELECT count(*) FROM job_steps WHERE job_id = jobs.id AND state = 'waiting') < ${param('waits')}`;
        return queries
          .updateTable('jobs')
          .set({
            status: sql<string>`CASE WHEN ${answered} THEN 'queued' ELSE ${param('idleStatus')} END`,
            available_at: sql<number>`CASE WHEN ${answered} THEN ${param('now')} ELSE ${param('idleAt')} END`,
            epoch: sql<number>`epoch + 1`,
            owner: null,
            lease_until: null,
          })
          .where('id', '=', param('jobId'))
          .where('account_id', '=', param('accountId'))
          .where('epoch', '=', param('epoch'))
          .where('status', '=', 'running');
      },
      CLAIM,
    ),

    answerWait: db.prepare<Answer>(answerWait, WAIT),
    answerIfWaiting: db.prepare<Answer>(answerWait),

    wakeWaiting: db.prepare<{ jobId: string; accountId: string; now: number }>((queries, param) =>
      queries
        .updateTable('jobs')
        .set({
          status: 'queued',
          // One that rests for an answer has been available since it rests.
          waited_ms: sql<number>`waited_ms + CASE WHEN status = 'waiting_for_input' AND available_at < ${param('now')} THEN ${param('now')} - available_at ELSE 0 END`,
          available_at: param('now'),
        })
        .where('id', '=', param('jobId'))
        .where('account_id', '=', param('accountId'))
        .where((eb) =>
          eb.or([
            eb('status', '=', 'waiting_for_input'),
            // It sleeps beside the wait.
            eb.and([eb('status', '=', 'queued'), eb('available_at', '>', param('now'))]),
          ]),
        ),
    ),

    saveStep: db.prepare<
      Claimed & {
        name: string;
        scope: string;
        position: number;
        state: string;
        value: string | null;
        now: number;
      }
    >(
      (queries, param) =>
        raw(
          queries,
          sql`INSERT INTO job_steps (job_id, name, account_id, scope, position, state, attempts, value, at)
            SELECT id, ${param('name')}, account_id, ${param('scope')}, ${param('position')}, ${param('state')}, 1, ${param('value')}, ${param('now')}
            FROM jobs WHERE id = ${param('jobId')} AND account_id = ${param('accountId')} AND epoch = ${param('epoch')} AND status = 'running'${held}
            ON CONFLICT (job_id, name) DO UPDATE SET state = excluded.state, value = excluded.value, at = excluded.at,
            attempts = job_steps.attempts + CASE excluded.state WHEN 'started' THEN 1 ELSE 0 END`,
        ),
      CLAIM,
    ),

    /** In a batch whose first statement is guarded by the claim. */
    appendEvent: db.prepare<{ jobId: string; accountId: string; type: string; data: string; now: number }>(
      (queries, param) =>
        raw(
          queries,
          sql`INSERT INTO job_events (job_id, seq, account_id, type, data, at)
            VALUES (${param('jobId')}, (SELECT coalesce(max(seq), 0) + 1 FROM job_events WHERE job_id = ${param('jobId')}),
            ${param('accountId')}, ${param('type')}, ${param('data')}, ${param('now')})`,
        ),
    ),

    /** The same under the claim by itself. */
    appendClaimedEvent: db.prepare<Claimed & { type: string; data: string; now: number }>(
      (queries, param) =>
        raw(
          queries,
          sql`INSERT INTO job_events (job_id, seq, account_id, type, data, at)
            SELECT id, (SELECT coalesce(max(seq), 0) + 1 FROM job_events WHERE job_id = ${param('jobId')}),
            account_id, ${param('type')}, ${param('data')}, ${param('now')}
            FROM jobs WHERE id = ${param('jobId')} AND account_id = ${param('accountId')} AND epoch = ${param('epoch')} AND status = 'running'${held}`,
        ),
      CLAIM,
    ),

    /** Of processes that are gone: whatever ran goes back to its place in the queue, and one crash more is counted. */
    takeUp: (): Statement =>
      db.statement(
        db.build
          .updateTable('jobs')
          .set({
            status: 'queued',
            crashes: sql<number>`crashes + 1`,
            epoch: sql<number>`epoch + 1`,
            owner: null,
            lease_until: null,
          })
          .where('finished_at', 'is', null)
          .where('status', '=', 'running')
          .where(isOrphan('jobs.owner')),
      ),

    crashedOften: (limit: number) =>
      db.all(
        db.build
          .selectFrom('jobs')
          .selectAll()
          .where('finished_at', 'is', null)
          .where('status', '=', 'queued')
          .where('crashes', '>=', limit),
      ),

    /** Of these jobs, those that have ended. */
    async ended(jobIds: readonly string[]): Promise<string[]> {
      if (jobIds.length === 0) return [];
      const rows = await db.all(
        db.build
          .selectFrom('jobs')
          .select('id')
          .where('id', 'in', jobIds)
          .where('finished_at', 'is not', null),
      );
      return rows.map(({ id }) => id);
    },

    /** The job last: while it is there and has not ended, nothing of it goes. */
    forgetJob(accountId: string, jobId: string): Statement[] {
      const ended = db.build
        .selectFrom('jobs')
        .select('id')
        .where('id', '=', jobId)
        .where('account_id', '=', accountId)
        .where('finished_at', 'is not', null);
      return [
        db.statement(db.build.deleteFrom('job_events').where('job_id', 'in', ended)),
        db.statement(db.build.deleteFrom('job_steps').where('job_id', 'in', ended)),
        db.statement(
          db.build
            .deleteFrom('jobs')
            .where('id', '=', jobId)
            .where('account_id', '=', accountId)
            .where('finished_at', 'is not', null),
        ),
      ];
    },

    /** Accounts with queued jobs, and when the first of each is due. */
    queuedAccounts: () =>
      db.all(
        db.build
          .selectFrom('jobs')
          .select((eb) => ['account_id', eb.fn.min<number>('available_at').as('due_at')])
          .where('finished_at', 'is', null)
          .where('status', '=', 'queued')
          .groupBy('account_id'),
      ),

    /** A query for the first queued jobs of an account by due time, those that are not due yet included. */
    prepareQueuedJobs: (kinds: readonly string[]) =>
      db.prepareRead<
        { accountId: string; limit: number },
        Pick<JobsTable, 'id' | 'epoch' | 'crashes' | 'available_at'>
      >((queries, param) =>
        queries
          .selectFrom('jobs')
          .select(['id', 'epoch', 'crashes', 'available_at'])
          .where('account_id', '=', param('accountId'))
          .where('finished_at', 'is', null)
          .where('status', '=', 'queued')
          .where('kind', 'in', [...kinds])
          .orderBy('available_at')
          .orderBy('id')
          .limit(sql<number>`${param('limit')}`),
      ),

    readJob: db.prepareRead<{ accountId: string; jobId: string }, JobsTable>((queries, param) =>
      queries
        .selectFrom('jobs')
        .selectAll()
        .where('id', '=', param('jobId'))
        .where('account_id', '=', param('accountId')),
    ),

    readStatus: db.prepareRead<
      { accountId: string; jobId: string },
      Pick<JobsTable, 'status' | 'epoch' | 'available_at'>
    >((queries, param) =>
      queries
        .selectFrom('jobs')
        .select(['status', 'epoch', 'available_at'])
        .where('id', '=', param('jobId'))
        .where('account_id', '=', param('accountId')),
    ),

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

    async list(accountId: string, filter: JobFilter, page: PageRequest) {
      const { kind, statuses } = filter;
      let query = db.build.selectFrom('jobs').where('account_id', '=', accountId);
      if (kind !== undefined) query = query.where('kind', '=', kind);
      if (statuses !== undefined) query = query.where('status', 'in', [...statuses]);
      const rows = await db.all(
        query
          .selectAll()
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(page.limit)
          .offset(pageOffset(page)),
      );
      const count = await db.first(query.select((eb) => eb.fn.countAll<number>().as('total')));
      return { rows, total: count?.total ?? 0 };
    },
  };
}

/** The column holds nothing else. */
export function jobStatusOf(row: Pick<JobsTable, 'status'>): JobStatus {
  return row.status as JobStatus;
}
