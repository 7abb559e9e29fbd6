import { type Compilable, sql } from 'kysely';
import type { Database } from '../db/index.ts';

/** Some ten milliseconds of this thread. The other one takes thirty to begin with. */
const MOST_ROWS = 25_000;

/** What a question reads, in days since 1970. */
export interface Reading {
  /** The kept sums from the first to the last day. */
  readonly kept?: readonly [first: number, last: number];
  /** Days of which at most half the single rows are read. */
  readonly cut?: readonly number[];
  /** All single rows from the first to the last day. */
  readonly single?: readonly [first: number, last: number];
}

/** Reads in this thread what is little, and else where it holds up nobody. How much it is follows from the kept sums. */
export async function readWhereItFits<Row>(
  db: Database,
  accountId: string,
  { kept, cut = [], single }: Reading,
  query: Compilable<Row>,
): Promise<Row[]> {
  const sumsOf = ([first, last]: readonly [number, number]) =>
    db.build
      .selectFrom('usage_rollups')
      .select('runs')
      .where('account_id', '=', accountId)
      .where('span', '=', 'day')
      .where('period', '>=', first)
      .where('period', '<=', last)
      .limit(MOST_ROWS + 1)
      .as('sums');
  const runs = sql<number>`coalesce(sum(runs), 0)`.as('rows');
  const counts = [
    ...(kept ? [db.build.selectFrom(sumsOf(kept)).select(sql<number>`count(*)`.as('rows'))] : []),
    ...cut.map((day) =>
      db.build.selectFrom(sumsOf([day, day])).select(sql<number>`coalesce(sum(runs), 0) / 2`.as('rows')),
    ),
    ...(single ? [db.build.selectFrom(sumsOf(single)).select(runs)] : []),
  ];
  let rows = 0;
  for (const count of counts) {
    rows += Number((await db.first(count))?.rows ?? 0);
    if (rows > MOST_ROWS) return db.scan(query);
  }
  return db.all(query);
}
