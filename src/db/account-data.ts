import { sql } from 'kysely';
import type { Database, Statement } from './port.ts';
import type { Schema } from './schema.ts';

/**
 * The tables of what an account has made, in an order in which their rows can be deleted. A table with an `account_id`
 * stands either here or among those that stay; a test fails for one that is on neither list.
 */
export const ERASED_TABLES = [
  ...['chunks', 'document_texts', 'documents', 'search_scopes'],
  ...['memories', 'execution_tasks', 'executions', 'execution_batches', 'tasks', 'crews'],
  ...['job_steps', 'job_events', 'jobs', 'responses', 'runs', 'turns', 'conversations'],
  ...['usage', 'usage_rollups', 'ledger', 'holds', 'key_spend', 'agent_spend', 'model_prices', 'providers'],
  ...['webhook_attempts', 'webhook_deliveries', 'webhooks', 'schedules'],
  ...['custom_tool_names', 'custom_tools', 'mcp_servers'],
  ...['agent_versions', 'agents', 'idempotency_keys'],
] as const satisfies readonly (keyof Schema)[];

/** Credentials that were handed out go on, and what is only added to is not taken from. */
export const KEPT_TABLES = [
  ...['sessions', 'refresh_tokens', 'agent_keys', 'audit_log', 'audit_chain', 'audit_checkpoints', 'users'],
] as const satisfies readonly (keyof Schema)[];

/**
 * The statements that delete all that an account has made, and bring its credit to nothing: what is left is the account
 * as it was opened. Its jobs have to be stopped before, and its documents deleted.
 */
export function eraseAccountData(db: Pick<Database, 'build' | 'statement'>, accountId: string): Statement[] {
  const erase = ERASED_TABLES.map((table) => {
    const query = sql`DELETE FROM ${sql.table(table)} WHERE account_id = ${accountId}`;
    return db.statement({ compile: () => query.compile(db.build) });
  });
  const empty = db.build
    .updateTable('accounts')
    .set({ balance_nano_usd: 0n, held_nano_usd: 0n })
    .where('id', '=', accountId);
  const people = db.build.deleteFrom('users').where('account_id', '=', accountId);
  return [...erase, db.statement(people), db.statement(empty)];
}
