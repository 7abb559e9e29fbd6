import { sql } from 'kysely';
import type { Invariant } from '../db/index.ts';

/** Money is neither lost nor made: every account's figures follow from its ledger, and the usage log explains them. */
export const billingInvariants: readonly Invariant[] = [
  {
    name: 'The balance of each account is the sum of its ledger',
    count: sql`SELECT count(*) AS count FROM accounts`,
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
    count: sql`SELECT count(*) AS count FROM accounts`,
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
];
