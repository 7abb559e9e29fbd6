import type { Database } from './port.ts';
import type { Schema } from './schema.ts';

/**
 * Remembers what `load` read from a table until that table is written to, so that what hardly ever changes costs no
 * query. Exact: the next read after a change is acknowledged sees it. Where other processes write as well, nothing is
 * remembered. At most `limit` entries are kept.
 */
export function cacheUntilChanged<T>(
  db: Pick<Database, 'changeCount'>,
  table: keyof Schema,
  load: (accountId: string, id: string) => Promise<T>,
  limit = 10_000,
): (accountId: string, id: string) => Promise<T> {
  const known = new Map<string, T>();
  let at: number | undefined;
  return async (accountId, id) => {
    const count = db.changeCount(table);
    if (count === undefined) return load(accountId, id);
    if (count !== at || known.size >= limit) known.clear();
    at = count;
    const key = `${accountId} ${id}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const loaded = await load(accountId, id);
    // A write may have come in between: what was read before it is not kept after it.
    if (loaded !== undefined && db.changeCount(table) === count) known.set(key, loaded);
    return loaded;
  };
}
