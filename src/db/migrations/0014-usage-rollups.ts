import { toPostgresSql } from '../postgres/to-postgres-sql.ts';
import type { Migration } from './index.ts';

const SUMS = [
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'tool_cost_nano_usd',
  'cost_nano_usd',
];

export type Spans = readonly (readonly [span: string, period: (at: string) => string])[];

/** Days since 1970, and months since the year 0: both in UTC. */
export const SQLITE_SPANS: Spans = [
  ['day', (at) => `${at} / 86400000`],
  [
    'month',
    (at) =>
      `CAST(strftime('%Y', ${at} / 1000, 'unixepoch') AS INTEGER) * 12 + CAST(strftime('%m', ${at} / 1000, 'unixepoch') AS INTEGER) - 1`,
  ],
];
const utc = (field: string, at: string) =>
  `CAST(extract(${field} FROM to_timestamp(${at} / 1000.0) AT TIME ZONE 'UTC') AS BIGINT)`;
export const POSTGRES_SPANS: Spans = [
  ['day', (at) => `${at} / 86400000`],
  ['month', (at) => `${utc('year', at)} * 12 + ${utc('month', at)} - 1`],
];

const TABLE = `
CREATE TABLE usage_rollups (
  account_id TEXT NOT NULL,
  span TEXT NOT NULL,
  period INTEGER NOT NULL,
  agent_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  model TEXT NOT NULL,
  source TEXT NOT NULL,
  runs INTEGER NOT NULL,
  ${SUMS.map((column) => `${column} INTEGER NOT NULL`).join(',\n  ')},
  PRIMARY KEY (account_id, span, period, agent_id, key_id, model, source)
) STRICT, WITHOUT ROWID;
`;

/** The sums of all rows that there are. */
export const whole = (spans: Spans) =>
  spans
    .map(
      ([span, period]) => `INSERT INTO usage_rollups
SELECT account_id, '${span}', ${period('created_at')}, agent_id, coalesce(key_id, ''), model, source, count(*),
  ${SUMS.map((column) => `sum(${column})`).join(', ')}
FROM usage GROUP BY 1, 3, 4, 5, 6, 7;`,
    )
    .join('\n');

const added = (spans: Spans) =>
  spans
    .map(
      ([
        span,
        period,
      ]) => `  INSERT INTO usage_rollups VALUES (NEW.account_id, '${span}', ${period('NEW.created_at')}, NEW.agent_id,
    coalesce(NEW.key_id, ''), NEW.model, NEW.source, 1, ${SUMS.map((column) => `NEW.${column}`).join(', ')})
  ON CONFLICT (account_id, span, period, agent_id, key_id, model, source) DO UPDATE SET runs = usage_rollups.runs + 1,
    ${SUMS.map((column) => `${column} = usage_rollups.${column} + excluded.${column}`).join(', ')};`,
    )
    .join('\n');

const placesOf = (row: string, spans: Spans) =>
  spans.map(
    ([
      span,
      period,
    ]) => `account_id = ${row}.account_id AND span = '${span}' AND period = ${period(`${row}.created_at`)}
    AND agent_id = ${row}.agent_id AND key_id = coalesce(${row}.key_id, '') AND model = ${row}.model
    AND source = ${row}.source`,
  );

const changed = (spans: Spans) =>
  placesOf('NEW', spans)
    .map(
      (
        where,
      ) => `  UPDATE usage_rollups SET ${SUMS.map((column) => `${column} = ${column} + NEW.${column} - OLD.${column}`).join(', ')}
  WHERE ${where};`,
    )
    .join('\n');

const removed = (spans: Spans) =>
  placesOf('OLD', spans)
    .map(
      (
        where,
      ) => `  UPDATE usage_rollups SET runs = runs - 1, ${SUMS.map((column) => `${column} = ${column} - OLD.${column}`).join(', ')}
  WHERE ${where};
  DELETE FROM usage_rollups WHERE ${where} AND runs = 0;`,
    )
    .join('\n');

/** What keeps the sums on SQLite. */
export const triggers = (spans: Spans) => `CREATE TRIGGER usage_rolls_up AFTER INSERT ON usage BEGIN
${added(spans)}
END;

CREATE TRIGGER usage_rolls_up_more AFTER UPDATE OF ${SUMS.join(', ')} ON usage BEGIN
${changed(spans)}
END;

CREATE TRIGGER usage_rolls_back AFTER DELETE ON usage BEGIN
${removed(spans)}
END;
`;

/** What keeps them on PostgreSQL. */
export const rollUpFunction = (
  spans: Spans,
) => `CREATE FUNCTION roll_up_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
${added(spans)}
  ELSIF TG_OP = 'UPDATE' THEN
${changed(spans)}
  ELSE
${removed(spans)}
  END IF;
  RETURN NULL;
END $$;`;

/**
 * The sums of the usage log by day and by month, of what was used with what. Triggers keep them in the batch of every
 * change of the log itself, whoever makes it, so that they can neither be forgotten nor be late.
 */
export const usageRollups: Migration = {
  name: 'usage-rollups',
  sqlite: `${TABLE}
${whole(SQLITE_SPANS)}

${triggers(SQLITE_SPANS)}`,
  postgres: `${toPostgresSql('usage-rollups', TABLE)}
${whole(POSTGRES_SPANS)}

${rollUpFunction(POSTGRES_SPANS)}

CREATE TRIGGER usage_rolls_up AFTER INSERT OR DELETE OR UPDATE OF ${SUMS.join(', ')} ON usage
FOR EACH ROW EXECUTE FUNCTION roll_up_usage();
`,
};
