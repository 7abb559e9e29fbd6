import { toPostgresSql } from '../postgres/to-postgres-sql.ts';
import type { Migration } from './index.ts';

const TABLE = `
CREATE TABLE agent_spend (
  account_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  period TEXT NOT NULL,
  spent_nano_usd INTEGER NOT NULL,
  PRIMARY KEY (account_id, agent_id, period)
) STRICT, WITHOUT ROWID;
ALTER TABLE ledger ADD COLUMN counted_on TEXT;
`;

const spent = (span: 'day' | 'month', period: string): string =>
  `INSERT INTO agent_spend SELECT account_id, agent_id, ${period}, sum(cost_nano_usd) FROM usage_rollups
WHERE span = '${span}' GROUP BY account_id, agent_id, period HAVING sum(cost_nano_usd) > 0;`;

/**
 * What agents spend is counted by the day of each call, as keys' spending is. What was spent before stands with the days on
 * which its runs began; nothing else is known of it.
 */
export const agentSpend: Migration = {
  name: 'agent-spend',
  sqlite: `${TABLE}
${spent('day', "strftime('%Y-%m-%d', period * 86400, 'unixepoch')")}
${spent('month', "printf('%04d-%02d', period / 12, period % 12 + 1)")}
`,
  postgres: `${toPostgresSql('agent-spend', TABLE)}
${spent('day', "to_char(to_timestamp(period * 86400) AT TIME ZONE 'UTC', 'YYYY-MM-DD')")}
${spent('month', "lpad((period / 12)::text, 4, '0') || '-' || lpad((period % 12 + 1)::text, 2, '0')")}
`,
};
