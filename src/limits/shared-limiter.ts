import { sql } from 'kysely';
import type { Database } from '../db/index.ts';
import { createWindows, type SavedWindows, takeFrom, type Windows } from './take-from.ts';
import type { Counted, RequestLimiter, Verdict } from './types.ts';

/** Requests of an account (or of a key of one without limits) that wait for their verdict. */
interface Waiting {
  readonly counted: readonly Counted[];
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Counts in the database, by its clock: exact over all processes. What has come in of an account while its row was being
 * changed is decided together by the next change, so that a busy account costs a round trip now and then, not one a
 * request; and a process that lost the race looks again.
 */
export function createSharedLimiter(db: Database): RequestLimiter {
  const waiting = new Map<string, Waiting[]>();

  type Row = { now: number; id: string | null; version: number | null; state: string | null };
  const read = db.prepareRead<{ ids: string }, Row>((queries, param) => {
    const query = sql<Row>`
      SELECT cast(extract(epoch from clock_timestamp()) * 1000 as bigint) AS now, id, version, state
      FROM (SELECT 1) AS one LEFT JOIN request_windows
        ON id IN (SELECT jsonb_array_elements_text(cast(${param('ids')} AS jsonb)))`;
    return { compile: () => query.compile(queries) };
  });
  const insert = db.prepare<{ id: string; state: string }>(
    (queries, param) =>
      queries
        .insertInto('request_windows')
        .values({ id: param('id'), version: 1, state: param('state') })
        .onConflict((conflict) => conflict.doNothing()),
    'first',
  );
  const update = db.prepare<{ id: string; version: number; state: string }>(
    (queries, param) =>
      queries
        .updateTable('request_windows')
        .set({ state: param('state'), version: sql<number>`version + 1` })
        .where('id', '=', param('id'))
        .where('version', '=', param('version')),
    'version',
  );

  /** Undefined when another process was quicker. */
  async function decide(group: readonly Waiting[]): Promise<Verdict[] | undefined> {
    const ids = [...new Set(group.flatMap(({ counted }) => counted.map(({ id }) => id)))].sort();
    const rows = await read({ ids: JSON.stringify(ids) });
    const now = rows[0]?.now;
    if (now === undefined) throw new Error('The database did not tell the time');
    const known = new Map(
      ids.map((id) => {
        const row = rows.find((each) => each.id === id);
        // Written below, by this version or another.
        const saved = typeof row?.state === 'string' ? (JSON.parse(row.state) as SavedWindows) : undefined;
        return [id, { version: row?.version ?? undefined, windows: createWindows(saved) }] as const;
      }),
    );
    const windowsOf = (id: string): Windows => known.get(id)?.windows ?? createWindows();
    const verdicts = group.map(({ counted }) => takeFrom(counted, windowsOf, now));
    const changed = group.flatMap(({ counted }, index) => (verdicts[index]?.admitted ? counted : []));
    if (changed.length === 0) return verdicts;
    const changedIds = new Set(changed.map(({ id }) => id));
    const changes = [...known]
      .filter(([id]) => changedIds.has(id))
      .map(([id, { version, windows }]) => {
        const state = JSON.stringify({ minute: windows.minute.save(), hour: windows.hour.save() });
        return version === undefined ? insert({ id, state }) : update({ id, version, state });
      });
    // What a power cut takes back are the last requests of all, with what they did.
    const result = await db.write(changes, { ack: 'applied' });
    return result.ok ? verdicts : undefined;
  }

  async function run(id: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const group = queue.splice(0);
      try {
        let verdicts: Verdict[] | undefined;
        while (!verdicts) verdicts = await decide(group);
        for (const [index, { resolve, reject }] of group.entries()) {
          const verdict = verdicts[index];
          if (verdict) resolve(verdict);
          else reject(new Error('A request was left without a verdict'));
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    waiting.delete(id);
  }

  return {
    take(counted) {
      const [{ id }] = counted;
      return new Promise((resolve, reject) => {
        const queue = waiting.get(id);
        if (queue) {
          queue.push({ counted, resolve, reject });
          return;
        }
        const first = [{ counted, resolve, reject }];
        waiting.set(id, first);
        void run(id, first);
      });
    },
  };
}
