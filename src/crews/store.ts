import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { CrewsTable, Database, Statement } from '../db/index.ts';
import { type PageRequest, pageOffset } from '../lib/page.ts';
import { decodeCrew, encodeCrew } from './crew-config.ts';
import type { CrewState } from './revision.ts';
import { createTaskStore } from './task-store.ts';
import type { Crew, CrewConfig, CrewSummary } from './types.ts';

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

  return {
    ...createTaskStore(db),

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
