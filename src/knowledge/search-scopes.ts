import type { Database } from '../db/index.ts';
import type { SearchScope } from './search-index.ts';

/** The numbers that mark agents' words in the index: agents share it, but no word. A number is never given twice. */
export function createSearchScopes(db: Database) {
  const find = async ({ accountId, agentId }: SearchScope): Promise<number | undefined> => {
    const query = db.build
      .selectFrom('search_scopes')
      .select('id')
      .where('account_id', '=', accountId)
      .where('agent_id', '=', agentId);
    return (await db.first(query))?.id;
  };
  return {
    find,
    /** The agent's number, made at its first use. */
    async open(scope: SearchScope): Promise<number> {
      const known = await find(scope);
      if (known !== undefined) return known;
      const created = db.build
        .insertInto('search_scopes')
        .values({ account_id: scope.accountId, agent_id: scope.agentId })
        .onConflict((conflict) => conflict.doNothing());
      await db.write([db.statement(created)]);
      const id = await find(scope);
      if (id === undefined) throw new Error('A search scope that was just made is missing');
      return id;
    },
  };
}
