import { sql } from 'kysely';
import type { Database } from '../db/index.ts';
import { readWhereItFits } from './read-where-it-fits.ts';
import { matchingUsage, toUsageRow, type UsageFilter, type UsageRow } from './usage-filter.ts';
import { DAY_MS, daysOf, piecesOf, readingOf, rowsOf } from './usage-sums.ts';

/** As far as this many rows from the newest nothing is faster than to pass over them. */
const NEAR = 2_000;

type Page = { readonly page: number; readonly limit: number };

/**
 * A page of the log, newest first, and how long it is. Both come from the kept sums: what lies on newer days is counted
 * there, not read, so the last page costs what the first does.
 */
export async function listUsage(
  db: Database,
  accountId: string,
  filter: UsageFilter,
  { page, limit }: Page,
): Promise<{ rows: UsageRow[]; total: number }> {
  const offset = (page - 1) * limit;
  const { from: _from, to: _to, ...what } = filter;
  const anything = Object.values(what).every((value) => value === undefined);
  if (anything && offset + limit <= NEAR) {
    const rows = await db.all(pageOf(db, accountId, filter, limit, offset));
    return { rows: rows.map(toUsageRow), total: await countUsage(db, accountId, filter) };
  }
  const days = await countByDay(db, accountId, filter);
  const total = days.reduce((sum, { runs }) => sum + runs, 0);
  const place = placeOf(days, offset, limit);
  if (!place) return { rows: [], total };
  const { from = 0, to = Number.MAX_SAFE_INTEGER } = filter;
  const there = {
    ...filter,
    from: Math.max(from, place.firstDay * DAY_MS),
    to: Math.min(to, (place.lastDay + 1) * DAY_MS),
  };
  const reading = { single: [place.firstDay, place.lastDay] } as const;
  const rows = await readWhereItFits(
    db,
    accountId,
    reading,
    pageOf(db, accountId, there, limit, place.offset),
  );
  return { total, rows: rows.map(toUsageRow) };
}

function pageOf(db: Database, accountId: string, filter: UsageFilter, limit: number, offset: number) {
  return matchingUsage(db, accountId, filter)
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('run_id', 'desc')
    .limit(limit)
    .offset(offset);
}

async function countUsage(db: Database, accountId: string, filter: UsageFilter): Promise<number> {
  const sums = rowsOf(db, accountId, filter, piecesOf(filter)).as('sums');
  const runs = sql<number>`coalesce(sum(runs), 0)`.as('runs');
  const query = db.build.selectFrom(sums).select(runs);
  const [counted] = await readWhereItFits(db, accountId, readingOf(filter), query);
  return Number(counted?.runs ?? 0);
}

/** Newest first. */
async function countByDay(db: Database, accountId: string, filter: UsageFilter): Promise<DayCount[]> {
  const runs = sql<number>`sum(runs)`;
  const query = db.build
    .selectFrom(daysOf(db, accountId, filter, piecesOf(filter)).as('sums'))
    .select(['day', runs.as('runs')])
    .groupBy('day')
    .having(runs, '>', 0)
    .orderBy('day', 'desc');
  const counted = await readWhereItFits(db, accountId, readingOf(filter), query);
  return counted.map((row) => ({ day: Number(row.day), runs: Number(row.runs) }));
}

interface DayCount {
  readonly day: number;
  readonly runs: number;
}

/** The days that a page lies on, and how many rows of them come before it. */
function placeOf(
  newestFirst: readonly DayCount[],
  offset: number,
  limit: number,
): { firstDay: number; lastDay: number; offset: number } | undefined {
  let before = 0;
  let last: { day: number; before: number } | undefined;
  let firstDay = 0;
  for (const { day, runs } of newestFirst) {
    if (before >= offset + limit) break;
    if (!last && before + runs > offset) last = { day, before };
    firstDay = day;
    before += runs;
  }
  return last && { firstDay, lastDay: last.day, offset: offset - last.before };
}
