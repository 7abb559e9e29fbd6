import type { Database } from './port.ts';

/**
 * What agents, crews and keys are called now, by their ids; one that was deleted or revoked has no name. One query, however
 * many there are.
 */
export async function readNames(
  db: Database,
  accountId: string,
  ids: Iterable<string | null>,
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const callable = (table: 'agents' | 'crews') =>
    db.build
      .selectFrom(table)
      .select(['id', 'name'])
      .where('account_id', '=', accountId)
      .where('id', 'in', wanted)
      .where('deleted_at', 'is', null);
  const keys = db.build
    .selectFrom('agent_keys')
    .select(['id', 'name'])
    .where('account_id', '=', accountId)
    .where('id', 'in', wanted)
    .where('revoked_at', 'is', null);
  const rows = await db.all(callable('agents').unionAll(callable('crews')).unionAll(keys));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
