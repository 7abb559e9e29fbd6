import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from '../../lib/logger.ts';
import { loadDbos } from './load-dbos.ts';
import { DATA_SOURCE, NAME, SCHEMA, WORKFLOW } from './names.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { openPool } from './open-pool.ts';
import { type Start, WorkflowStarter } from './workflow-starter.ts';

const FORGET_AT_ONCE = 500;

/** What a body of a workflow is given to tell DBOS of. Everything throws WorkflowLost when it is another one's now. */
export interface WorkflowSteps {
  /** A transaction of DBOS's: `write` is one batch of the database. DBOS numbers them in the order of the calls. */
  transaction(name: string, write: () => Promise<void>): Promise<void>;
  /** Cancels the workflow, so that `begin` may resume it. For the last that a body does. */
  park(): Promise<void>;
}

/** How a body leaves its workflow; `parked` only after `park`. */
export type WorkflowEnd = 'succeeded' | 'failed' | 'cancelled' | 'parked';

export interface Workflow extends Start {
  body(steps: WorkflowSteps): Promise<WorkflowEnd>;
}

/** The execution goes on elsewhere, or not at all: nothing of it is to be recorded. */
export class WorkflowLost extends Error {
  override readonly name = 'WorkflowLost';
}

/** Somebody has cancelled the workflow with a tool of DBOS's. */
export class WorkflowCancelled extends Error {
  override readonly name = 'WorkflowCancelled';
}

export interface Dbos {
  /** Starts a workflow, or resumes it. Resolves when its body has been called, or is not wanted any more. */
  begin(workflow: Workflow): Promise<void>;
  cancel(id: string): Promise<void>;
  /** Which of these workflows are cancelled. */
  cancelled(ids: readonly string[]): Promise<string[]>;
  /** Deletes what is kept of our workflows that were over, or parked, before this time. One that is parked can still begin. */
  forget(before: number): Promise<void>;
  close(): Promise<void>;
}

export interface DbosOptions {
  /** A PostgreSQL; DBOS makes its tables there. */
  readonly url: string;
  /** Of this process alone. */
  readonly executorId: string;
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * Starts DBOS, of which a process has one. A workflow is resumed on a queue of its executor's own and taken from it at
 * once, so that nothing waits for DBOS's polling and nobody else begins it.
 */
export async function openDbos({ url, executorId, log }: DbosOptions): Promise<Dbos> {
  const { DBOS, errors, datasource, executorOf, makeQueue, contextOf } = await loadDbos();
  const outside = AsyncLocalStorage.snapshot();
  const pool = await openPool({ url, log });
  const expected: Workflow[] = [];
  const queueName = `${NAME}_${executorId}`;
  const queue = makeQueue(queueName);

  const run = async (id: string): Promise<void> => {
    // A fork that a tool of DBOS's has made has another's id.
    const workflow = contextOf()?.workflowId === id ? take(id) : undefined;
    let end: WorkflowEnd | undefined;
    try {
      end = await workflow?.body(stepsOf(id));
      if (end === 'cancelled') await outside(() => DBOS.cancelWorkflow(id));
    } catch {
      // The body has told of it; a workflow that could not be cancelled is settled later.
      end = undefined;
    }
    // The workflow stays as it is, for whoever resumes it. Nobody has asked for one that came by a tool of DBOS's, or late.
    if (end === undefined) throw new errors.DBOSWorkflowConflictError(id);
    if (end === 'failed') throw new Error('The job has failed');
    if (end !== 'succeeded') throw new errors.DBOSWorkflowCancelledError(id);
  };

  /** Two may ask for the same one when the first has lost its job and does not know it yet. */
  function take(id: string): Workflow | undefined {
    const workflow = expected.find((each) => each.id === id);
    if (!workflow) return undefined;
    expected.splice(expected.indexOf(workflow), 1);
    workflow.hasBegun = true;
    return workflow;
  }

  function stepsOf(id: string): WorkflowSteps {
    const inside = AsyncLocalStorage.snapshot();
    const context = contextOf();
    /** What has been recorded is not asked for again, as our own tables answer for it: numbers go on behind it. */
    const count = async (): Promise<void> => {
      const steps = (await outside(() => DBOS.listWorkflowSteps(id))) ?? [];
      if (context) context.curWFFunctionId = 1 + Math.max(-1, ...steps.map(({ functionID }) => functionID));
    };
    let last: Promise<unknown> | undefined;
    const inTurn = (work: () => Promise<void>): Promise<void> => {
      last ??= count();
      const done = last.then(() => inside(work)).catch(translate);
      last = done.catch(() => undefined);
      return done;
    };
    return {
      transaction(name, write) {
        // Under way at once; what others of this workflow wait for does not hold it up.
        const written = write();
        written.catch(() => undefined);
        return inTurn(() => datasource.runTransaction(() => written, name, { dsName: DATA_SOURCE }));
      },
      park: () =>
        inTurn(async () => {
          await datasource.assertStillOwnsWorkflow(id);
          await outside(() => DBOS.cancelWorkflow(id));
        }),
    };
  }

  function translate(error: unknown): never {
    if (error instanceof errors.DBOSWorkflowConflictError) throw new WorkflowLost(error.message);
    if (error instanceof errors.DBOSWorkflowCancelledError) throw new WorkflowCancelled(error.message);
    throw error;
  }

  datasource.registerDataSource({
    name: DATA_SOURCE,
    // Its tables are ours, and so is the record of what was committed: a step's row is written with all that belongs to it.
    initialize: async () => undefined,
    destroy: async () => undefined,
    deleteCheckpoints: async () => undefined,
    invokeTransactionFunction: (_config, target, work, ...args) => work.call(target, ...args),
  });
  const job = DBOS.registerWorkflow(run, { name: WORKFLOW });
  DBOS.setConfig({
    name: NAME,
    systemDatabaseUrl: url,
    systemDatabaseSchemaName: SCHEMA,
    systemDatabasePool: pool.pool,
    executorID: executorId,
    // Any version may go on with any job; one whose steps have changed is found out by its history.
    applicationVersion: NAME,
    listenQueues: [],
    useListenNotify: false,
    schedulerPollingIntervalMs: 60_000,
    logger: {
      debug: () => undefined,
      info: () => undefined,
      // Every workflow that is cancelled, and that is what waiting is.
      warn: () => undefined,
      error: (said) => log.warn({ said: String(said) }, 'DBOS reports an error'),
    },
  });
  try {
    await oneAtATime(pool.pool, () => DBOS.launch());
  } catch (error) {
    await pool.close();
    throw error;
  }
  pool.endSilence();

  /** Those that there are not yet are put in our queue, the others back in it; then it is taken from it at once. */
  async function beginAll(ids: readonly string[]): Promise<void> {
    const executor = executorOf();
    const { systemDatabase } = executor;
    const rows = await Promise.all(
      ids.map((workflowID) => executor.prepareEnqueuedWorkflow(job, [workflowID], { queueName, workflowID })),
    );
    const added = await systemDatabase.enqueueWorkflows(rows);
    const known = ids.filter((id) => !added.has(id));
    if (known.length > 0) await DBOS.resumeWorkflows(known, { queueName });
    const owner = crypto.randomUUID();
    const found = await systemDatabase.findAndMarkStartableWorkflows(
      ...([queue, executorId, NAME, undefined, 0, 0, owner] as const),
    );
    await executor.dispatchDequeuedWorkflows(found, owner);
  }
  const starter = outside(() => new WorkflowStarter(beginAll, log));

  return {
    async begin(workflow) {
      expected.push(workflow);
      try {
        await outside(() => starter.begin(workflow));
      } finally {
        const index = expected.indexOf(workflow);
        if (index !== -1) expected.splice(index, 1);
      }
    },
    cancel: (id) => outside(() => DBOS.cancelWorkflow(id)),
    cancelled: (ids) =>
      outside(async () => {
        if (ids.length === 0) return [];
        const which = { workflowIDs: [...ids], status: 'CANCELLED' as const };
        const found = await DBOS.listWorkflows({ ...which, loadInput: false, loadOutput: false });
        return found.map(({ workflowID }) => workflowID);
      }),
    forget: (before) =>
      outside(async () => {
        const completedBefore = new Date(before).toISOString();
        for (let found = FORGET_AT_ONCE; found === FORGET_AT_ONCE; ) {
          // The schema may have another application's too.
          const which = { workflowName: WORKFLOW, completedBefore, limit: FORGET_AT_ONCE };
          const old = await DBOS.listWorkflows({ ...which, loadInput: false });
          if (old.length > 0) await DBOS.deleteWorkflows(old.map(({ workflowID }) => workflowID));
          found = old.length;
        }
      }),
    async close() {
      await outside(() => DBOS.shutdown({ deregister: true }));
      await pool.close();
    },
  };
}
