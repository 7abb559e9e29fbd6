import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { CrewsTable, Database, Statement, TasksTable } from '../db/index.ts';
import { type PageRequest, pageOffset } from '../lib/page.ts';
import { decodeCrew, encodeCrew } from './crew-config.ts';
import type { CrewState } from './revision.ts';
import { decodeTask, encodeTask } from './task-config.ts';
import type { Crew, CrewConfig, CrewSummary, Task, TaskConfig, TaskFilters, TaskStatus } from './types.ts';

/** The guard of a deletion: no job of the crew is open. */
export const IDLE = 'crew is idle';
/** The guard of whatever needs the crew to be there. */
export const CREW = 'crew exists';
export const UNCHANGED = 'crew is as it was read';

/** As many crews as GET /models lists at most. */
const MAX_CALLABLE = 10_000;

export type CrewStore = ReturnType<typeof createCrewStore>;

export function createCrewStore(db: Database) {
  const liveCrews = (accountId: string) =>
    db.build.selectFrom('crews').where('account_id', '=', accountId).where('deleted_at', 'is', null);
  const liveTasks = (accountId: string) =>
    db.build.selectFrom('tasks').where('account_id', '=', accountId).where('deleted_at', 'is', null);

  return {
    async findCrew(accountId: string, crewId: string): Promise<Crew | undefined> {
      const row = await db.first(liveCrews(accountId).selectAll().where('id', '=', crewId));
      return row && toCrew(row);
    },

    async listCrews(
      accountId: string,
      request: PageRequest,
      search: string | undefined,
    ): Promise<{ items: CrewSummary[]; total: number }> {
      let query = liveCrews(accountId);
      if (search !== undefined && search !== '') {
        const pattern = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
        query = query.where(sql<SqlBool>`lower(name) like ${pattern} escape '\\'`);
      }
      const rows = await db.all(
        query
          .select(['id', 'name', 'config', 'created_at'])
          .select([agentsCount.as('agents_count'), tasksCount.as('tasks_count')])
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(request.limit)
          .offset(pageOffset(request)),
      );
      const counted = await db.first(query.select((eb) => eb.fn.countAll<number>().as('total')));
      const items = rows.map((row): CrewSummary => {
        const { name, description } = decodeCrew(row.config);
        const status = row.agents_count > 0 && row.tasks_count > 0 ? 'active' : 'configuring';
        return {
          ...{ id: row.id, name, description, status },
          agentsCount: row.agents_count,
          createdAt: row.created_at,
        };
      });
      return { items, total: Number(counted?.total ?? 0) };
    },

    /** The oldest first; only those that can be run. */
    async listCallable(accountId: string): Promise<Pick<Crew, 'id' | 'name' | 'createdAt'>[]> {
      return db.all(
        liveCrews(accountId)
          .select(['id', 'name', 'created_at as createdAt'])
          .where(agentsCount, '>', 0)
          .where(tasksCount, '>', 0)
          .orderBy('created_at')
          .orderBy('id')
          .limit(MAX_CALLABLE),
      );
    },

    insertCrew(crew: Crew): Statement {
      const { id, accountId, name, createdAt, updatedAt } = crew;
      return db.statement(
        db.build.insertInto('crews').values({
          ...{ id, account_id: accountId, name, config: encodeCrew(crew) },
          ...{ created_at: createdAt, updated_at: updatedAt },
        }),
      );
    },

    /** Only as it was read: nobody has saved the crew, an agent or a task of it since. */
    updateCrew(
      { crew, agents, tasks }: CrewState & { readonly crew: Pick<Crew, 'id' | 'accountId' | 'updatedAt'> },
      config: CrewConfig & Pick<Crew, 'agentOrder'>,
      now: number,
    ): Statement {
      const { id, accountId, updatedAt } = crew;
      return db.statement(
        db.build
          .updateTable('crews')
          .set({ name: config.name, config: encodeCrew(config), updated_at: now })
          .where('id', '=', id)
          .where('account_id', '=', accountId)
          .where('deleted_at', 'is', null)
          .where('updated_at', '=', updatedAt)
          .where(
            hasExactly(
              'agents',
              'version',
              id,
              accountId,
              agents.map((each) => [each.id, each.version]),
            ),
          )
          .where(
            hasExactly(
              'tasks',
              'updated_at',
              id,
              accountId,
              tasks.map((each) => [each.id, each.updatedAt]),
            ),
          ),
        UNCHANGED,
      );
    },

    /** A task of it is saved: refused when somebody else has saved the crew, or a task of it, since it was read. */
    touchCrew({ id, accountId, updatedAt }: Crew, now: number): Statement {
      return db.statement(
        db.build
          .updateTable('crews')
          .set({ updated_at: now })
          .where('id', '=', id)
          .where('account_id', '=', accountId)
          .where('deleted_at', 'is', null)
          .where('updated_at', '=', updatedAt),
        UNCHANGED,
      );
    },

    deleteCrew(accountId: string, crewId: string, now: number): Statement {
      return db.statement(
        db.build
          .updateTable('crews')
          .set({ deleted_at: now, updated_at: now })
          .where('id', '=', crewId)
          .where('account_id', '=', accountId)
          .where('deleted_at', 'is', null)
          .where(
            sql<SqlBool>`not exists (select 1 from executions join jobs on jobs.id = executions.job_id
              where executions.crew_id = crews.id and executions.account_id = crews.account_id and executions.outcome is null and jobs.finished_at is null)`,
          ),
        IDLE,
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
  };
}

const agentsCount = sql<number>`(select count(*) from agents
  where agents.crew_id = crews.id and agents.account_id = crews.account_id and agents.deleted_at is null)`;
const tasksCount = sql<number>`(select count(*) from tasks
  where tasks.crew_id = crews.id and tasks.account_id = crews.account_id and tasks.deleted_at is null)`;

/** Whether the crew's agents or tasks are these, each at this version. */
function hasExactly(
  table: 'agents' | 'tasks',
  version: 'version' | 'updated_at',
  crewId: string,
  accountId: string,
  members: readonly (readonly [id: string, version: number])[],
): RawBuilder<SqlBool> {
  const isOne = members.map(
    ([id, at]) =>
      sql<SqlBool>`(${sql.ref(`${table}.id`)} = ${id} and ${sql.ref(`${table}.${version}`)} = ${at})`,
  );
  const isKnown = isOne.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`(${sql.join(isOne, sql` or `)})`;
  const known = sql`sum(case when ${isKnown} then 1 else 0 end)`;
  return sql<SqlBool>`(select count(*) = ${members.length} and coalesce(${known}, 0) = ${members.length}
    from ${sql.table(table)} where crew_id = ${crewId} and account_id = ${accountId} and deleted_at is null)`;
}

function toCrew(row: CrewsTable): Crew {
  return {
    ...decodeCrew(row.config),
    id: row.id,
    accountId: row.account_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
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
