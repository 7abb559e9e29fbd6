import { sql } from 'kysely';
import type { Database } from '../db/index.ts';
import type { Reading } from './read-where-it-fits.ts';
import { matchingUsage, type UsageFilter } from './usage-filter.ts';

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/**
 * A stretch of time, in hours or days from 1970, or in milliseconds of single rows; `to` is excluded. `less`: its sums are
 * taken away from the others'.
 */
export interface Piece {
  readonly of: 'day' | 'hour' | 'row';
  readonly from: number;
  readonly to: number;
  readonly less?: true;
}

/**
 * The pieces that a stretch of time is summed up from: whole days, whole hours around them, and single rows where it begins
 * or ends within an hour. Of an hour that is cut the shorter part is read: where that is the part outside, the whole hour
 * counts and the part outside is taken away.
 */
export function piecesOf({ from = 0, to = MAX_TIME }: Pick<UsageFilter, 'from' | 'to'>): Piece[] {
  if (from >= to) return [];
  const [first, last] = [Math.ceil(from / HOUR_MS), Math.floor(to / HOUR_MS)];
  // Begins and ends within one hour.
  if (first > last) return cutHour(last, from, to);
  const edges = [...cutHour(first - 1, from, first * HOUR_MS), ...cutHour(last, last * HOUR_MS, to)];
  return nonEmpty([...edges, ...wholeHours(first, last)]);
}

function wholeHours(from: number, to: number): Piece[] {
  const [first, last] = [Math.ceil(from / DAY_HOURS), Math.floor(to / DAY_HOURS)];
  if (first > last) return [{ of: 'hour', from, to }];
  return [
    { of: 'hour', from, to: first * DAY_HOURS },
    { of: 'day', from: first, to: last },
    { of: 'hour', from: last * DAY_HOURS, to },
  ];
}

function cutHour(hour: number, from: number, to: number): Piece[] {
  if (to - from <= HOUR_MS / 2) return nonEmpty([{ of: 'row', from, to }]);
  return nonEmpty([
    { of: 'hour', from: hour, to: hour + 1 },
    { of: 'row', from: hour * HOUR_MS, to: from, less: true },
    { of: 'row', from: to, to: (hour + 1) * HOUR_MS, less: true },
  ]);
}

/** As far as dates go. */
const MAX_TIME = 8_640_000_000_000_000;

/** What summing up reads. */
export function readingOf(filter: UsageFilter): Reading {
  const pieces = piecesOf(filter);
  const rows = pieces.filter(({ of }) => of === 'row');
  return {
    kept: pieces.flatMap(({ of, from, to }) => (of === 'row' ? [] : [{ span: of, from, to }])),
    cut: [...new Set(rows.map(({ from }) => Math.floor(from / HOUR_MS)))],
  };
}

function nonEmpty(pieces: readonly Piece[]): Piece[] {
  return pieces.filter(({ from, to }) => from < to);
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
    .select(['agent_id', 'model', 'source', 'key_id'])
    .select(of === 'hour' ? sql<number>`period / ${sql.lit(DAY_HOURS)}`.as('day') : 'period as day')
    .select(sums)
    .$castTo<SummedRow>();
}
