import { sql } from 'kysely';
import type { Database, MemoriesTable, Statement } from '../db/index.ts';
import type { MemoryItem, MemoryKind, MemoryScope } from './types.ts';

/** Of each kind, what is kept of one crew and end user. */
const MAX_ITEMS = 500;

export type MemoryStore = ReturnType<typeof createMemoryStore>;

export function createMemoryStore(db: Database) {
  const inScope = ({ accountId, crewId, endUser }: MemoryScope) =>
    db.build
      .selectFrom('memories')
      .where('account_id', '=', accountId)
      .where('crew_id', '=', crewId)
      .where('end_user', 'in', endUser === '' ? [''] : ['', endUser]);

  return {
    /** All of the crew, of whomever; the newest first. */
    async listAll(accountId: string, crewId: string, kind: MemoryKind): Promise<MemoryItem[]> {
      const rows = await db.all(
        db.build
          .selectFrom('memories')
          .selectAll()
          .where('account_id', '=', accountId)
          .where('crew_id', '=', crewId)
          .where('kind', '=', kind)
          .orderBy('updated_at', 'desc')
          .orderBy('id', 'desc')
          .limit(MAX_ITEMS),
      );
      return rows.map(toItem);
    },

    /** What is about nobody in particular, and about the scope's end user. */
    async list(scope: MemoryScope, kind: MemoryKind | undefined): Promise<MemoryItem[]> {
      let query = inScope(scope);
      if (kind !== undefined) query = query.where('kind', '=', kind);
      const rows = await db.all(
        query
          .selectAll()
          .orderBy('updated_at', 'desc')
          .orderBy('id', 'desc')
          .limit(2 * MAX_ITEMS),
      );
      return rows.map(toItem);
    },

    /** Nothing happens once the crew is gone: nobody could see it, or clear it. */
    insert(
      scope: MemoryScope,
      item: Omit<MemoryItem, 'endUser' | 'createdAt' | 'updatedAt'>,
      now: number,
    ): Statement {
      const { accountId, crewId, endUser } = scope;
      const { id, kind, category, content, jobId } = item;
      const query = sql`INSERT INTO memories (id, account_id, crew_id, end_user, kind, category, content, job_id, created_at, updated_at)
        SELECT ${id}, account_id, id, ${endUser}, ${kind}, ${category}, ${content}, ${jobId}, ${now}, ${now}
        FROM crews WHERE id = ${crewId} AND account_id = ${accountId} AND deleted_at IS NULL`;
      return db.statement({ compile: () => query.compile(db.build) });
    },

    /** Nothing happens when the memory was cleared meanwhile. */
    replace(
      scope: MemoryScope,
      item: Pick<MemoryItem, 'id' | 'category' | 'content' | 'jobId'>,
      now: number,
    ): Statement {
      return db.statement(
        db.build
          .updateTable('memories')
          .set({ category: item.category, content: item.content, job_id: item.jobId, updated_at: now })
          .where('id', '=', item.id)
          .where('account_id', '=', scope.accountId)
          .where('crew_id', '=', scope.crewId),
      );
    },

    /** Forgets the oldest above the bound. */
    prune(scope: MemoryScope, kind: MemoryKind): Statement {
      const kept = db.build
        .selectFrom('memories')
        .select('id')
        .where('account_id', '=', scope.accountId)
        .where('crew_id', '=', scope.crewId)
        .where('end_user', '=', scope.endUser)
        .where('kind', '=', kind)
        .orderBy('updated_at', 'desc')
        .orderBy('id', 'desc')
        .limit(MAX_ITEMS);
      return db.statement(
        db.build
          .deleteFrom('memories')
          .where('account_id', '=', scope.accountId)
          .where('crew_id', '=', scope.crewId)
          .where('end_user', '=', scope.endUser)
          .where('kind', '=', kind)
          .where('id', 'not in', kept),
      );
    },

    clear(accountId: string, crewId: string, kinds: readonly MemoryKind[]): Statement {
      return db.statement(
        db.build
          .deleteFrom('memories')
          .where('account_id', '=', accountId)
          .where('crew_id', '=', crewId)
          .where('kind', 'in', [...kinds]),
      );
    },
  };
}

function toItem(row: MemoriesTable): MemoryItem {
  return {
    id: row.id,
    // The column holds nothing else.
    kind: row.kind as MemoryKind,
    category: row.category,
    content: row.content,
    jobId: row.job_id,
    endUser: row.end_user,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
