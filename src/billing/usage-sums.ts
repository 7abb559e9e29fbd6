import { sql } from 'kysely';
import type { Database } from '../db/index.ts';
import type { Reading } from './read-where-it-fits.ts';
import { matchingUsage, type UsageFilter } from './usage-filter.ts';

export const DAY_MS = 86_400_000;

/**
 * A stretch of time, in days or months from 1970 or the year 0, or in milliseconds of single rows; `to` is excluded.
 * `less`: its sums are taken away from the others'.
 */
export interface Piece {
  readonly of: 'month' | 'day' | 'row';
  readonly from: number;
  readonly to: number;
  readonly less?: true;
}

/**
 * The pieces that a stretch of time is summed up from: whole months, whole days around them, and single rows where it
 * begins or ends within a day. `coarsest` is what the sums may be no longer than. Of a day that is cut the shorter part
 * is read: where that is the part outside, the whole day counts and the part outside is taken away.
 */
export function piecesOf(
  { from = 0, to = MAX_TIME }: Pick<UsageFilter, 'from' | 'to'>,
  coarsest: 'month' | 'day',
): Piece[] {
  if (from >= to) return [];
  const [firstDay, lastDay] = [Math.ceil(from / DAY_MS), Math.floor(to / DAY_MS)];
  // Begins and ends within one day.
  if (firstDay > lastDay) return cutDay(lastDay, from, to);
  const edges = [...cutDay(firstDay - 1, from, firstDay * DAY_MS), ...cutDay(lastDay, lastDay * DAY_MS, to)];
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

function cutDay(day: number, from: number, to: number): Piece[] {
  if (to - from <= DAY_MS / 2) return nonEmpty([{ of: 'row', from, to }]);
  return nonEmpty([
    { of: 'day', from: day, to: day + 1 },
    { of: 'row', from: day * DAY_MS, to: from, less: true },
    { of: 'row', from: to, to: (day + 1) * DAY_MS, less: true },
  ]);
}

/** As far as dates go. */
const MAX_TIME = 8_640_000_000_000_000;

/** What summing up by days reads, at most. */
export function readingOf(filter: UsageFilter): Reading {
  const { from = 0, to = MAX_TIME } = filter;
  const days = piecesOf(filter, 'day').filter(({ of }) => of === 'row');
  return {
    kept: [Math.floor(from / DAY_MS), Math.floor(to / DAY_MS)],
    cut: [...new Set(days.map((piece) => Math.floor(piece.from / DAY_MS)))],
  };
}

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

export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** What the sums are of: each row has all of them, and what it is the sum for. */
export const SUMMED = [
  'runs',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'tool_cost_nano_usd',
  'cost_nano_usd',
] as const;

interface SummedRow {
  readonly day: number;
  readonly agent_id: string;
  readonly key_id: string;
  readonly model: string;
  readonly source: string;
}

/** The rows whose sums are those of the log in these pieces where the filter matches. */
export function rowsOf(db: Database, accountId: string, filter: UsageFilter, pieces: readonly Piece[]) {
  const [first, ...others] = pieces.map((piece) => rowsOfPiece(db, accountId, filter, piece));
  // Nothing lies in an empty stretch of time.
  const empty = rowsOfPiece(db, accountId, filter, { of: 'row', from: 0, to: 0 });
  return others.reduce((all, next) => all.unionAll(next), first ?? empty);
}

/** The same as a row a day. Each piece is summed up by itself: kept sums lie in the order of their days, so none sorts. */
export function daysOf(db: Database, accountId: string, filter: UsageFilter, pieces: readonly Piece[]) {
  const sums = SUMMED.map((column) => sql<number>`sum(${sql.ref(column)})`.as(column));
  const dayByDay = (piece: Piece) =>
    db.build
      .selectFrom(rowsOfPiece(db, accountId, filter, piece).as('piece'))
      .select('day')
      .select(sums)
      .groupBy('day')
      .$castTo<{ day: number }>();
  const [first, ...others] = pieces.map(dayByDay);
  const empty = dayByDay({ of: 'row', from: 0, to: 0 });
  return others.reduce((all, next) => all.unionAll(next), first ?? empty);
}

function rowsOfPiece(db: Database, accountId: string, filter: UsageFilter, { of, from, to, less }: Piece) {
  const sums = SUMMED.map((column) => {
    const value = of === 'row' && column === 'runs' ? sql`1` : sql.ref(column);
    return (less ? sql`-${value}` : value).as(column);
  });
  if (of === 'row') {
    return matchingUsage(db, accountId, { ...filter, from, to })
      .select(['agent_id', 'model', 'source'])
      .select([
        sql<string>`coalesce(key_id, '')`.as('key_id'),
        sql<number>`created_at / ${sql.lit(DAY_MS)}`.as('day'),
      ])
      .select(sums)
      .$castTo<SummedRow>();
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
    .select(['agent_id', 'model', 'source', 'key_id', 'period as day'])
    .select(sums)
    .$castTo<SummedRow>();
}
