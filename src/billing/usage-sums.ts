import { sql } from 'kysely';
import type { Database } from '../db/index.ts';
import { matchingUsage, type UsageFilter } from './usage-filter.ts';

const DAY_MS = 86_400_000;

/** A stretch of time, in days or months from 1970 or the year 0, or in milliseconds of single rows; `to` is excluded. */
export interface Piece {
  readonly of: 'month' | 'day' | 'row';
  readonly from: number;
  readonly to: number;
}

/**
 * The pieces that a stretch of time is summed up from, each moment in exactly one: whole months, whole days around them,
 * and single rows where it begins or ends within a day. `coarsest` is what the sums may be no longer than.
 */
export function piecesOf(
  { from = 0, to = MAX_TIME }: Pick<UsageFilter, 'from' | 'to'>,
  coarsest: 'month' | 'day',
): Piece[] {
  const [firstDay, lastDay] = [Math.ceil(from / DAY_MS), Math.floor(to / DAY_MS)];
  if (firstDay > lastDay) return nonEmpty([{ of: 'row', from, to }]);
  const edges: Piece[] = [
    { of: 'row', from, to: firstDay * DAY_MS },
    { of: 'row', from: lastDay * DAY_MS, to },
  ];
  if (coarsest === 'day') return nonEmpty([...edges, { of: 'day', from: firstDay, to: lastDay }]);
  const firstMonth = monthAtOrAfter(firstDay);
  const lastMonth = monthOf(lastDay);
  if (firstMonth > lastMonth) return nonEmpty([...edges, { of: 'day', from: firstDay, to: lastDay }]);
  return nonEmpty([
    ...edges,
    { of: 'day', from: firstDay, to: dayOf(firstMonth) },
    { of: 'month', from: firstMonth, to: lastMonth },
    { of: 'day', from: dayOf(lastMonth), to: lastDay },
  ]);
}

/** As far as dates go. */
const MAX_TIME = 8_640_000_000_000_000;

function nonEmpty(pieces: readonly Piece[]): Piece[] {
  return pieces.filter(({ from, to }) => from < to);
}

function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function monthAtOrAfter(day: number): number {
  const month = monthOf(day);
  return dayOf(month) === day ? month : month + 1;
}

function dayOf(month: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;
}

/** The rows whose sums are those of the log where the filter matches. `day` means nothing where months are used. */
export function usageSums(db: Database, accountId: string, filter: UsageFilter, coarsest: 'month' | 'day') {
  const [first, ...others] = piecesOf(filter, coarsest).map((piece) => rowsOf(db, accountId, filter, piece));
  // Nothing lies in an empty stretch of time.
  const empty = rowsOf(db, accountId, filter, { of: 'row', from: 0, to: 0 });
  return others.reduce((all, next) => all.unionAll(next), first ?? empty).as('sums');
}

const COLUMNS = [
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'tool_cost_nano_usd',
  'cost_nano_usd',
] as const;

function rowsOf(db: Database, accountId: string, filter: UsageFilter, { of, from, to }: Piece) {
  if (of === 'row') {
    return matchingUsage(db, accountId, { ...filter, from, to })
      .select(['agent_id', 'model', 'source', ...COLUMNS])
      .select([
        sql<string>`coalesce(key_id, '')`.as('key_id'),
        sql<number>`created_at / ${sql.lit(DAY_MS)}`.as('day'),
        sql<number>`1`.as('runs'),
      ]);
  }
  let query = db.build
    .selectFrom('usage_rollups')
    .where('account_id', '=', accountId)
    .where('span', '=', of)
    .where('period', '>=', from)
    .where('period', '<', to);
  if (filter.agentId !== undefined) query = query.where('agent_id', '=', filter.agentId);
  if (filter.keyId !== undefined) query = query.where('key_id', '=', filter.keyId);
  if (filter.model !== undefined) query = query.where('model', '=', filter.model);
  if (filter.source !== undefined) query = query.where('source', '=', filter.source);
  return query
    .select(['agent_id', 'model', 'source', ...COLUMNS])
    .select(['key_id', 'period as day', 'runs']);
}
