import { type SqlBool, sql } from 'kysely';
import type { Database, Statement, TasksTable } from '../db/index.ts';
import { type PageRequest, pageOffset } from '../lib/page.ts';
import { decodeTask, encodeTask } from './task-config.ts';
import type { Task, TaskConfig, TaskFilters, TaskStatus } from './types.ts';

/** The part of the crews' store that is about tasks. */
export function createTaskStore(db: Database) {
  const liveTasks = (accountId: string) =>
    db.build.selectFrom('tasks').where('account_id', '=', accountId).where('deleted_at', 'is', null);

  return {
    async findTask(accountId: string, taskId: string): Promise<Task | undefined> {
      const row = await db.first(liveTasks(accountId).selectAll().where('id', '=', taskId));
      return row && toTask(row);
    },

    /** In the order of the crew. */
    async tasksOf(accountId: string, crewId: string): Promise<Task[]> {
      const query = liveTasks(accountId).selectAll().where('crew_id', '=', crewId);
      return (await db.all(query.orderBy('position').orderBy('id'))).map(toTask);
    },

    /** The newest first; those of one crew in its order. */
    async listTasks(
      accountId: string,
      request: PageRequest,
      { crewId, agentId }: TaskFilters,
    ): Promise<{ items: Task[]; total: number }> {
      let query = liveTasks(accountId);
      if (crewId !== undefined) query = query.where('crew_id', '=', crewId);
      if (agentId !== undefined) query = query.where('agent_id', '=', agentId);
      const ordered =
        crewId === undefined
          ? query.orderBy('created_at', 'desc').orderBy('id', 'desc')
          : query.orderBy('position').orderBy('id');
      const rows = await db.all(ordered.selectAll().limit(request.limit).offset(pageOffset(request)));
      const counted = await db.first(query.select((eb) => eb.fn.countAll<number>().as('total')));
      return { items: rows.map(toTask), total: Number(counted?.total ?? 0) };
    },

    /** The tasks that name one of the tools. */
    async listUsing(accountId: string, tools: readonly string[]): Promise<Task[]> {
      const mentions = (tool: string) => {
        const pattern = `%"${tool.replace(/[\\%_]/g, '\\$&')}"%`;
        return sql<SqlBool>`config like ${pattern} escape '\\'`;
      };
      const query = liveTasks(accountId)
        .selectAll()
        .where((eb) => eb.or(tools.map(mentions)));
      const rows = await db.scan(query.orderBy('created_at').orderBy('id'));
      // A name may stand in the text for other reasons.
      return rows.map(toTask).filter((task) => task.tools?.some((tool) => tools.includes(tool)));
    },

    /** What the last job that had each task says of it; tasks that none had are left out. */
    async statusesOf(accountId: string, taskIds: readonly string[]): Promise<Map<string, TaskStatus>> {
      if (taskIds.length === 0) return new Map();
      const rows = await db.all(
        db.build
          .selectFrom('tasks')
          .select('id')
          .select((eb) =>
            eb
              .selectFrom('execution_tasks')
              .select('status')
              .whereRef('execution_tasks.task_id', '=', 'tasks.id')
              .whereRef('execution_tasks.account_id', '=', 'tasks.account_id')
              // Ids of jobs sort by time.
              .orderBy('job_id', 'desc')
              .limit(1)
              .as('status'),
          )
          .where('account_id', '=', accountId)
          .where('id', 'in', [...taskIds]),
      );
      return new Map(
        rows.flatMap(({ id, status }) =>
          // The column holds nothing else.
          status === null ? [] : [[id, status as TaskStatus] as const],
        ),
      );
    },

    insertTask(task: Task): Statement {
      return db.statement(
        db.build.insertInto('tasks').values({
          ...{ id: task.id, account_id: task.accountId, position: task.position, config: encodeTask(task) },
          ...{ crew_id: task.crewId ?? null, agent_id: task.agentId ?? null },
          ...{ created_at: task.createdAt, updated_at: task.updatedAt },
        }),
      );
    },

    updateTask(
      accountId: string,
      taskId: string,
      change: TaskConfig & Pick<Task, 'crewId' | 'agentId' | 'position'>,
      now: number,
      /** Only as it was saved then. */
      ifSavedAt?: number,
    ): Statement {
      const { crewId, agentId, position } = change;
      const update = db.build
        .updateTable('tasks')
        .set({ crew_id: crewId ?? null, agent_id: agentId ?? null, position })
        .set({ config: encodeTask(change), updated_at: now })
        .where('id', '=', taskId)
        .where('account_id', '=', accountId)
        .where('deleted_at', 'is', null);
      return db.statement(
        ifSavedAt === undefined ? update : update.where('updated_at', '=', ifSavedAt),
        'task exists',
      );
    },

    /** Only as it was read. */
    deleteTask({ id, accountId, updatedAt }: Task, now: number): Statement {
      return db.statement(
        db.build
          .updateTable('tasks')
          .set({ deleted_at: now, updated_at: now })
          .where('id', '=', id)
          .where('account_id', '=', accountId)
          .where('deleted_at', 'is', null)
          .where('updated_at', '=', updatedAt),
        'task exists',
      );
    },

    deleteTasksOf(accountId: string, crewId: string, now: number): Statement {
      return db.statement(
        db.build
          .updateTable('tasks')
          .set({ deleted_at: now, updated_at: now })
          .where('crew_id', '=', crewId)
          .where('account_id', '=', accountId)
          .where('deleted_at', 'is', null),
      );
    },
  };
}

function toTask(row: TasksTable): Task {
  return {
    ...decodeTask(row.config),
    id: row.id,
    accountId: row.account_id,
    crewId: row.crew_id ?? undefined,
    agentId: row.agent_id ?? undefined,
    position: row.position,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
