import { sql } from 'kysely';
import type { Database } from './port.ts';

/** What agents, crews and keys are called now, by their ids; one that was deleted or revoked has no name. */
export type ReadNames = (
  accountId: string,
  ids: Iterable<string | null>,
) => Promise<ReadonlyMap<string, string>>;

interface Row {
  readonly id: string;
  readonly name: string | null;
}

/**
 * One query for all of them, compiled once: it goes with every page of a list. With `goneToo` what was deleted or revoked
 * keeps the name that it had.
 */
export function createNameReader(
  db: Pick<Database, 'dialect' | 'prepareRead'>,
  { goneToo = false } = {},
): ReadNames {
  const read = db.prepareRead<{ accountId: string; ids: string }, Row>((queries, param) => {
    const wanted =
      db.dialect === 'sqlite'
        ? sql`json_each(${param('ids')}) as wanted`
        : sql`json_array_elements_text(cast(${param('ids')} as json)) as wanted (value)`;
    // By its id alone, so that no index of the account is walked through.
    const nameIn = (table: 'agents' | 'crews' | 'agent_keys', endedAt: string) =>
      sql`(select named.name from ${sql.table(table)} as named
        where named.id = wanted.value and named.account_id = ${param('accountId')}
        ${goneToo ? sql`` : sql`and ${sql.ref(`named.${endedAt}`)} is null`})`;
    const query = sql<Row>`
      select wanted.value as id, coalesce(${nameIn('agents', 'deleted_at')}, ${nameIn('crews', 'deleted_at')},
        ${nameIn('agent_keys', 'revoked_at')}) as name
      from ${wanted}`;
    return { compile: () => query.compile(queries) };
  });
  return async (accountId, ids) => {
    const wanted = [...new Set(ids)].filter((id) => id !== null);
    if (wanted.length === 0) return new Map();
    const rows = await read({ accountId, ids: JSON.stringify(wanted) });
    return new Map(rows.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])));
  };
}
