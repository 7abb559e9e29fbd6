import type { Migration } from './index.ts';

const SUMS = [
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'tool_cost_nano_usd',
  'cost_nano_usd',
];

/** Days since 1970, and months since the year 0: both in UTC. */
const SPANS = {
  day: (at: string) => `${at} / 86400000`,
  month: (at: string) =>
    `CAST(strftime('%Y', ${at} / 1000, 'unixepoch') AS INTEGER) * 12 + CAST(strftime('%m', ${at} / 1000, 'unixepoch') AS INTEGER) - 1`,
};
const spans = Object.entries(SPANS);

const placeOf = (row: string) =>
  spans.map(([span, period]) => ({
    span,
    where: `account_id = ${row}.account_id AND span = '${span}' AND period = ${period(`${row}.created_at`)}
    AND agent_id = ${row}.agent_id AND key_id = coalesce(${row}.key_id, '') AND model = ${row}.model
    AND source = ${row}.source`,
  }));

/**
 * The sums of the usage log by day and by month, of what was used with what. Triggers keep them in the batch of every
 * change of the log itself, whoever makes it, so that they can neither be forgotten nor be late.
 */
export const usageRollups: Migration = {
  name: 'usage-rollups',
  sqlite: `
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

${spans
  .map(
    ([span, period]) => `INSERT INTO usage_rollups
SELECT account_id, '${span}', ${period('created_at')}, agent_id, coalesce(key_id, ''), model, source, count(*),
  ${SUMS.map((column) => `sum(${column})`).join(', ')}
FROM usage GROUP BY 1, 3, 4, 5, 6, 7;`,
  )
  .join('\n')}

CREATE TRIGGER usage_rolls_up AFTER INSERT ON usage BEGIN
${spans
  .map(
    ([
      span,
      period,
    ]) => `  INSERT INTO usage_rollups VALUES (NEW.account_id, '${span}', ${period('NEW.created_at')}, NEW.agent_id,
    coalesce(NEW.key_id, ''), NEW.model, NEW.source, 1, ${SUMS.map((column) => `NEW.${column}`).join(', ')})
  ON CONFLICT DO UPDATE SET runs = runs + 1, ${SUMS.map((column) => `${column} = ${column} + excluded.${column}`).join(', ')};`,
  )
  .join('\n')}
END;

CREATE TRIGGER usage_rolls_up_more AFTER UPDATE OF ${SUMS.join(', ')} ON usage BEGIN
${placeOf('NEW')
  .map(
    ({
      where,
    }) => `  UPDATE usage_rollups SET ${SUMS.map((column) => `${column} = ${column} + NEW.${column} - OLD.${column}`).join(', ')}
  WHERE ${where};`,
  )
  .join('\n')}
END;

CREATE TRIGGER usage_rolls_back AFTER DELETE ON usage BEGIN
${placeOf('OLD')
  .map(
    ({
      where,
    }) => `  UPDATE usage_rollups SET runs = runs - 1, ${SUMS.map((column) => `${column} = ${column} - OLD.${column}`).join(', ')}
  WHERE ${where};
  DELETE FROM usage_rollups WHERE ${where} AND runs = 0;`,
  )
  .join('\n')}
END;
`,
};
