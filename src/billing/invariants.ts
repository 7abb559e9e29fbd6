import { type RawBuilder, sql } from 'kysely';
import type { Invariant } from '../db/index.ts';

/** As the triggers that keep them have it. */
const ROLLUPS = [
  { span: 'hour', period: sql`created_at / 3600000` },
  { span: 'day', period: sql`created_at / 86400000` },
];

/** Money is neither lost nor made: every account's figures follow from its ledger, and the usage log explains them. */
export const billingInvariants: readonly Invariant[] = [
  {
    name: 'The balance of each account is the sum of its ledger',
    count: sql`SELECT count(*) AS count FROM accounts WHERE deleted_at IS NULL`,
    broken: sql`
      SELECT coalesce(accounts.id, sums.account_id) || ': the balance is ' || coalesce(balance_nano_usd, 0)
        || ' nano-dollars, the ledger sums up to ' || coalesce(sums.amount, 0) AS problem
      FROM accounts FULL JOIN (
        SELECT account_id, sum(amount_nano_usd) AS amount FROM ledger GROUP BY account_id
      ) AS sums ON sums.account_id = accounts.id
      WHERE coalesce(balance_nano_usd, 0) <> coalesce(sums.amount, 0)`,
  },
  {
    name: 'What is held of each account is the sum of its open holds',
    count: sql`SELECT count(*) AS count FROM holds`,
    broken: sql`
      SELECT coalesce(accounts.id, sums.account_id) || ': ' || coalesce(held_nano_usd, 0)
        || ' nano-dollars are held, the open holds sum up to ' || coalesce(sums.amount, 0) AS problem
      FROM accounts FULL JOIN (
        SELECT account_id, sum(amount_nano_usd) AS amount FROM holds GROUP BY account_id
      ) AS sums ON sums.account_id = accounts.id
      WHERE coalesce(held_nano_usd, 0) <> coalesce(sums.amount, 0)`,
  },
  {
    name: 'No account holds more than its balance, or less than nothing',
    count: sql`SELECT count(*) AS count FROM accounts WHERE deleted_at IS NULL`,
    broken: sql`
      SELECT id || ': the balance is ' || balance_nano_usd || ' nano-dollars, ' || held_nano_usd || ' are held' AS problem
      FROM accounts WHERE held_nano_usd < 0 OR balance_nano_usd < held_nano_usd`,
  },
  {
    name: 'Every charge stands on the usage log',
    count: sql`SELECT count(*) AS count FROM ledger WHERE kind = 'charge'`,
    broken: sql`
      SELECT ledger.id || ': there is no usage row of the run ' || coalesce(ledger.run_id, '(none)') AS problem
      FROM ledger LEFT JOIN usage ON usage.run_id = ledger.run_id AND usage.account_id = ledger.account_id
      WHERE ledger.kind = 'charge' AND usage.run_id IS NULL`,
  },
  {
    name: 'The usage row of each run is the sum of its charges',
    count: sql`SELECT count(*) AS count FROM usage`,
    broken: sql`
      SELECT usage.run_id || ': the log says ' || usage.cost_nano_usd || ' nano-dollars, charged were '
        || coalesce(sums.amount, 0) AS problem
      FROM usage LEFT JOIN (
        SELECT run_id, account_id, -sum(amount_nano_usd) AS amount FROM ledger
        WHERE kind = 'charge' GROUP BY run_id, account_id
      ) AS sums ON sums.run_id = usage.run_id AND sums.account_id = usage.account_id
      WHERE usage.cost_nano_usd <> coalesce(sums.amount, 0)`,
  },
  {
    name: 'All usage together is what has left the balances',
    count: sql`SELECT count(*) AS count FROM usage`,
    broken: sql`
      SELECT 'the log sums up to ' || logged || ' nano-dollars, charged were ' || charged AS problem
      FROM (
        SELECT (SELECT coalesce(sum(cost_nano_usd), 0) FROM usage) AS logged,
          (SELECT coalesce(-sum(amount_nano_usd), 0) FROM ledger WHERE kind = 'charge') AS charged
      ) AS sums WHERE logged <> charged`,
  },
  ...ROLLUPS.map(({ span, period }) => ({
    name: `What was used each ${span} is the sum of its rows of the usage log`,
    count: sql<{ count: number }>`SELECT count(*) AS count FROM usage_rollups WHERE span = ${sql.lit(span)}`,
    broken: otherSums(span, period),
  })),
  {
    // A key counts under its day (10 characters) and its month (7); both must come to the same.
    name: 'What each key has spent, by day and by month, is what it was charged',
    count: sql`SELECT count(*) AS count FROM agent_keys`,
    broken: sql`
      SELECT spent.key_id || ': ' || by_day || ' nano-dollars by day, ' || by_month || ' by month, charged were '
        || coalesce(charged.amount, 0) AS problem
      FROM (
        SELECT key_id, sum(CASE WHEN length(period) = 10 THEN spent_nano_usd ELSE 0 END) AS by_day,
          sum(CASE WHEN length(period) = 7 THEN spent_nano_usd ELSE 0 END) AS by_month
        FROM key_spend GROUP BY key_id
      ) AS spent LEFT JOIN (
        SELECT actor, -sum(amount_nano_usd) AS amount FROM ledger WHERE kind = 'charge' GROUP BY actor
      ) AS charged ON charged.actor = spent.key_id
      WHERE by_day <> by_month OR by_day <> coalesce(charged.amount, 0)`,
  },
  {
    name: 'What each agent has spent, by day and by month, is what its runs cost',
    count: sql`SELECT count(*) AS count FROM agent_spend`,
    broken: sql`
      SELECT coalesce(spent.agent_id, logged.agent_id) || ': ' || coalesce(by_day, 0) || ' nano-dollars by day, '
        || coalesce(by_month, 0) || ' by month, its runs cost ' || coalesce(logged.amount, 0) AS problem
      FROM (
        SELECT account_id, agent_id, sum(CASE WHEN length(period) = 10 THEN spent_nano_usd ELSE 0 END) AS by_day,
          sum(CASE WHEN length(period) = 7 THEN spent_nano_usd ELSE 0 END) AS by_month
        FROM agent_spend GROUP BY account_id, agent_id
      ) AS spent FULL JOIN (
        SELECT account_id, agent_id, sum(cost_nano_usd) AS amount FROM usage_rollups WHERE span = 'day'
        GROUP BY account_id, agent_id
      ) AS logged ON logged.account_id = spent.account_id AND logged.agent_id = spent.agent_id
      WHERE coalesce(by_day, 0) <> coalesce(by_month, 0) OR coalesce(by_day, 0) <> coalesce(logged.amount, 0)`,
  },
  {
    // On the days of which every charge says what it counts against.
    name: 'What keys and agents spend in a day is what calls cost whose credit was set aside in it',
    count: sql`SELECT count(*) AS count FROM ledger WHERE counted_on IS NOT NULL`,
    broken: {
      sqlite: otherDays(sql`strftime('%Y-%m-%d', max(created_at) / 1000, 'unixepoch')`),
      postgres: otherDays(
        sql`to_char(to_timestamp(max(created_at) / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
      ),
    },
  },
];

function otherDays(lastDay: RawBuilder<unknown>): RawBuilder<{ problem: string }> {
  return sql<{ problem: string }>`
      WITH charges AS (
        SELECT ledger.account_id, ledger.actor, usage.agent_id, ledger.counted_on AS day, ledger.amount_nano_usd AS amount
        FROM ledger LEFT JOIN usage ON usage.run_id = ledger.run_id AND usage.account_id = ledger.account_id
        WHERE ledger.kind = 'charge' AND ledger.counted_on IS NOT NULL
      ), counted AS (
        SELECT account_id, key_id AS spender, period AS day, spent_nano_usd AS amount FROM key_spend
        WHERE length(period) = 10
        UNION ALL SELECT account_id, agent_id, period, spent_nano_usd FROM agent_spend WHERE length(period) = 10
        UNION ALL SELECT account_id, actor, day, amount FROM charges WHERE actor IS NOT NULL
        UNION ALL SELECT account_id, agent_id, day, amount FROM charges WHERE agent_id IS NOT NULL
      )
      SELECT spender || ': what it spent on ' || day || ' differs from its charges by ' || sum(amount) || ' nano-dollars' AS problem
      FROM counted
      WHERE day > (
        SELECT coalesce(${lastDay}, '') FROM ledger WHERE kind = 'charge' AND counted_on IS NULL
      )
      GROUP BY account_id, spender, day HAVING sum(amount) <> 0`;
}

function otherSums(span: string, period: RawBuilder<unknown>): RawBuilder<{ problem: string }> {
  return sql<{ problem: string }>`
      SELECT coalesce(kept.account_id, logged.account_id) || ': ' || ${sql.lit(span)} || ' ' || coalesce(kept.period, logged.period)
        || ' of ' || coalesce(kept.agent_id, logged.agent_id) || ' sums up to other figures than its rows' AS problem
      FROM (SELECT * FROM usage_rollups WHERE span = ${sql.lit(span)}) AS kept FULL JOIN (
        SELECT account_id, ${period} AS period, agent_id, coalesce(key_id, '') AS key_id, model, source, count(*) AS runs,
          sum(input_tokens) AS input_tokens, sum(cached_tokens) AS cached_tokens, sum(output_tokens) AS output_tokens,
          sum(reasoning_tokens) AS reasoning_tokens, sum(tool_cost_nano_usd) AS tool_cost_nano_usd,
          sum(cost_nano_usd) AS cost_nano_usd
        FROM usage GROUP BY 1, 2, 3, 4, 5, 6
      ) AS logged ON logged.account_id = kept.account_id AND logged.period = kept.period
        AND logged.agent_id = kept.agent_id AND logged.key_id = kept.key_id AND logged.model = kept.model
        AND logged.source = kept.source
      WHERE kept.runs IS NULL OR logged.runs IS NULL OR kept.runs <> logged.runs
        OR kept.input_tokens <> logged.input_tokens OR kept.cached_tokens <> logged.cached_tokens
        OR kept.output_tokens <> logged.output_tokens OR kept.reasoning_tokens <> logged.reasoning_tokens
        OR kept.tool_cost_nano_usd <> logged.tool_cost_nano_usd OR kept.cost_nano_usd <> logged.cost_nano_usd`;
}
