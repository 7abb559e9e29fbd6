import { type Compilable, sql } from 'kysely';
import type { Database } from '../db/index.ts';

/** Some ten milliseconds of this thread. The other one takes thirty to begin with. */
const MOST_ROWS = 25_000;

/** Kept sums of so many hours or days from 1970; `to` is excluded. */
interface KeptSums {
  readonly span: 'day' | 'hour';
  readonly from: number;
  readonly to: number;
}

/** What a question reads. */
export interface Reading {
  readonly kept?: readonly KeptSums[];
  /** Hours since 1970 of which at most half the single rows are read. */
  readonly cut?: readonly number[];
  /** All single rows from the first to the last day since 1970. */
  readonly single?: readonly [first: number, last: number];
}

/** Reads in this thread what is little, and else where it holds up nobody. How much it is follows from the kept sums. */
export async function readWhereItFits<Row>(
  db: Database,
  accountId: string,
  { kept = [], cut = [], single }: Reading,
  query: Compilable<Row>,
): Promise<Row[]> {
  const sumsOf = ({ span, from, to }: KeptSums) =>
    db.build
      .selectFrom('usage_rollups')
      .select('runs')
      .where('account_id', '=', accountId)
      .where('span', '=', span)
      .where('period', '>=', from)
      .where('period', '<', to)
      .limit(MOST_ROWS + 1)
      .as('sums');
  const runs = sql<number>`coalesce(sum(runs), 0)`;
  const days = single && ({ span: 'day', from: single[0], to: single[1] + 1 } as const);
  const counts = [
    ...kept.map((sums) => db.build.selectFrom(sumsOf(sums)).select(sql<number>`count(*)`.as('rows'))),
    ...cut.map((hour) =>
      db.build
        .selectFrom(sumsOf({ span: 'hour', from: hour, to: hour + 1 }))
        .select(sql<number>`${runs} / 2`.as('rows')),
    ),
    ...(days ? [db.build.selectFrom(sumsOf(days)).select(runs.as('rows'))] : []),
  ];
  let rows = 0;
  for (const count of counts) {
    rows += Number((await db.first(count))?.rows ?? 0);
    if (rows > MOST_ROWS) return db.scan(query);
  }
  return db.all(query);
}
