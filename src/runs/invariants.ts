import { sql } from 'kysely';
import type { Invariant } from '../db/index.ts';

/** A conversation is a whole tree: nothing of it hangs in the air. */
export const runInvariants: readonly Invariant[] = [
  {
    name: 'The newest turn of each conversation is one of its own',
    count: sql`SELECT count(*) AS count FROM conversations`,
    broken: sql`
      SELECT conversations.id || ': its newest turn ' || newest_turn_id || ' is not there' AS problem
      FROM conversations LEFT JOIN turns
        ON turns.id = newest_turn_id AND turns.conversation_id = conversations.id
        AND turns.account_id = conversations.account_id
      WHERE turns.id IS NULL AND (newest_turn_id <> '' OR turn_count <> 0)`,
  },
  {
    name: 'Each conversation has as many turns as it counts',
    count: sql`SELECT count(*) AS count FROM conversations`,
    broken: sql`
      SELECT conversations.id || ': it counts ' || turn_count || CASE turn_count WHEN 1 THEN ' turn' ELSE ' turns' END || ' and has ' || coalesce(own.turns, 0) AS problem
      FROM conversations LEFT JOIN (
        SELECT conversation_id, count(*) AS turns FROM turns GROUP BY conversation_id
      ) AS own ON own.conversation_id = conversations.id
      WHERE turn_count <> coalesce(own.turns, 0)`,
  },
  {
    name: 'Each turn belongs to a conversation of its account',
    count: sql`SELECT count(*) AS count FROM turns`,
    broken: sql`
      SELECT turns.id || ': its conversation ' || conversation_id || ' is not there' AS problem
      FROM turns LEFT JOIN conversations
        ON conversations.id = conversation_id AND conversations.account_id = turns.account_id
      WHERE conversations.id IS NULL`,
  },
  {
    name: 'The parent of each turn is a turn of the same conversation',
    count: sql`SELECT count(*) AS count FROM turns WHERE parent_id IS NOT NULL`,
    broken: sql`
      SELECT turns.id || ': its parent ' || turns.parent_id || ' is not there' AS problem
      FROM turns LEFT JOIN turns AS parents
        ON parents.id = turns.parent_id AND parents.conversation_id = turns.conversation_id
      WHERE turns.parent_id IS NOT NULL AND parents.id IS NULL`,
  },
  {
    name: 'No answer that is under way has ended',
    count: sql`SELECT count(*) AS count FROM begun_turns`,
    broken: sql`
      SELECT begun_turns.run_id || ': it is kept as under way, and has ended' AS problem
      FROM begun_turns JOIN runs ON runs.id = begun_turns.run_id`,
  },
];
