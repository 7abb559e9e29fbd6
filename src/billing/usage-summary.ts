import { sql } from 'kysely';
import type { Database } from '../db/index.ts';
import { readWhereItFits } from './read-where-it-fits.ts';
import type { UsageFilter } from './usage-filter.ts';
import { daysOf, dayText, type Piece, piecesOf, readingOf, rowsOf, SUMMED } from './usage-sums.ts';

export interface UsageTotals {
  readonly runs: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly toolCostNanoUsd: bigint;
  readonly costNanoUsd: bigint;
}

/** `value` is a day (`2026-11-21`), an id or a model's name; null for runs that no key paid for. */
export interface UsageGroup extends UsageTotals {
  readonly value: string | null;
}

/** Days in order, newest last; of the others the costliest first. Days are UTC. */
export interface UsageSummary {
  readonly totals: UsageTotals;
  readonly days: readonly UsageGroup[];
  readonly agents: readonly UsageGroup[];
  readonly keys: readonly UsageGroup[];
  readonly models: readonly UsageGroup[];
  readonly sources: readonly UsageGroup[];
}

const GROUPED = { agents: 'agent_id', keys: 'key_id', models: 'model', sources: 'source' } as const;

interface Row {
  readonly part: string;
  readonly value: string;
  readonly runs: number;
  readonly input_tokens: number;
  readonly cached_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly tool_cost_nano_usd: bigint;
  readonly cost_nano_usd: bigint;
}

const NAMES = sql.join(SUMMED.map((name) => sql.ref(name)));
const SUMS = sql.join(SUMMED.map((name) => sql`coalesce(sum(${sql.ref(name)}), 0) AS ${sql.ref(name)}`));
/** What is only there to be taken away again leaves nothing. */
const SOMETHING = sql`HAVING sum(runs) > 0`;

/**
 * The sums of all that the filter matches and what they are made of, at most `limit` of each, of days the latest. One
 * query: hours and single rows at the edges of the time asked for are read once, the rest comes from the sums of days.
 */
export async function summarizeUsage(
  db: Database,
  accountId: string,
  filter: UsageFilter,
  limit: number,
): Promise<UsageSummary> {
  const pieces = piecesOf(filter);
  const [edges, days] = [pieces.filter(isEdge), pieces.filter((piece) => !isEdge(piece))];
  const group = ([part, column]: readonly [string, string]) => sql`
    SELECT * FROM (SELECT ${sql.lit(part)} AS part, ${sql.ref(column)} AS value, ${SUMS} FROM used GROUP BY ${sql.ref(column)}
      ${SOMETHING} ORDER BY sum(cost_nano_usd) DESC, ${sql.ref(column)} LIMIT ${sql.lit(limit)}) AS ${sql.ref(part)}`;
  const question = sql<Row>`
    WITH edge AS MATERIALIZED (
      SELECT day, agent_id, key_id, model, source, ${SUMS} FROM ${rowsOf(db, accountId, filter, edges)} AS rows_of_edges
      GROUP BY day, agent_id, key_id, model, source
    ), used AS MATERIALIZED (
      SELECT agent_id, key_id, model, source, ${SUMS} FROM (
        SELECT agent_id, key_id, model, source, ${NAMES} FROM edge
        UNION ALL SELECT agent_id, key_id, model, source, ${NAMES} FROM ${rowsOf(db, accountId, filter, days)} AS whole
      ) AS all_of_it
      GROUP BY agent_id, key_id, model, source
    )
    SELECT 'totals' AS part, '' AS value, ${SUMS} FROM used
    UNION ALL SELECT * FROM (
      SELECT 'days' AS part, CAST(day AS TEXT) AS value, ${SUMS}
      FROM (SELECT day, ${NAMES} FROM edge UNION ALL SELECT day, ${NAMES} FROM ${daysOf(db, accountId, filter, days)} AS whole) AS all_of_it
      GROUP BY day ${SOMETHING} ORDER BY day DESC LIMIT ${sql.lit(limit)}) AS days
    UNION ALL ${sql.join(Object.entries(GROUPED).map(group), sql` UNION ALL `)}`;
  const rows = await readWhereItFits(db, accountId, readingOf(filter), {
    compile: () => question.compile(db.build),
  });
  const parts = Map.groupBy(rows, ({ part }) => part);
  const groups = (part: keyof typeof GROUPED) => (parts.get(part) ?? []).map(toGroup).sort(costliestFirst);
  return {
    totals: toTotals(parts.get('totals')?.[0]),
    days: (parts.get('days') ?? [])
      .map((row) => ({ ...toTotals(row), value: dayText(Number(row.value)) }))
      .sort((a, b) => compare(a.value, b.value)),
    agents: groups('agents'),
    keys: groups('keys'),
    models: groups('models'),
    sources: groups('sources'),
  };
}

function isEdge({ of }: Piece): boolean {
  return of === 'row' || of === 'hour';
}

function toGroup(row: Row): UsageGroup {
  return { ...toTotals(row), value: row.value === '' ? null : row.value };
}

function costliestFirst(a: UsageGroup, b: UsageGroup): number {
  if (a.costNanoUsd !== b.costNanoUsd) return a.costNanoUsd < b.costNanoUsd ? 1 : -1;
  return compare(a.value ?? '', b.value ?? '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Databases differ in the integer types of sums. */
function toTotals(row: Row | undefined): UsageTotals {
  return {
    runs: Number(row?.runs ?? 0),
    inputTokens: Number(row?.input_tokens ?? 0),
    cachedTokens: Number(row?.cached_tokens ?? 0),
    outputTokens: Number(row?.output_tokens ?? 0),
    reasoningTokens: Number(row?.reasoning_tokens ?? 0),
    toolCostNanoUsd: BigInt(row?.tool_cost_nano_usd ?? 0),
    costNanoUsd: BigInt(row?.cost_nano_usd ?? 0),
  };
}
