import { type RawBuilder, sql } from 'kysely';
import type { Database, Statement } from './port.ts';
import type { Schema } from './schema.ts';

/**
 * The tables of what an account has made, in an order in which their rows can be deleted. A table with an `account_id`
 * stands either here or among those that stay; a test fails for one that is on neither list.
 */
export const ERASED_TABLES = [
  ...['chunks', 'document_texts', 'documents', 'search_scopes'],
  ...['memories', 'execution_tasks', 'executions', 'execution_batches', 'tasks', 'crews'],
  ...['job_steps', 'job_events', 'jobs', 'responses', 'runs', 'begun_turns', 'turns', 'conversations'],
  // The sums before their rows, each of which would be taken off them.
  ...['usage_rollups', 'usage', 'ledger', 'holds', 'key_spend', 'agent_spend', 'model_prices', 'providers'],
  ...['webhook_attempts', 'webhook_deliveries', 'webhooks', 'schedules'],
  ...['custom_tool_names', 'custom_tools', 'mcp_servers'],
  ...['agent_versions', 'agents', 'idempotency_keys'],
] as const satisfies readonly (keyof Schema)[];

/** Credentials that were handed out for a sandbox go on when it is emptied; they go with their account, and in this order. */
export const CREDENTIAL_TABLES = [
  ...['refresh_tokens', 'sessions', 'agent_keys', 'users'],
] as const satisfies readonly (keyof Schema)[];

/** What is only added to is not taken from, whatever becomes of the account. */
export const KEPT_TABLES = [
  ...['audit_log', 'audit_chain', 'audit_checkpoints'],
] as const satisfies readonly (keyof Schema)[];

type Erased = (typeof ERASED_TABLES)[number] | (typeof CREDENTIAL_TABLES)[number];

/** Tables whose rows are found by those that they belong to, having no index by account. */
const OWNERS: Readonly<Partial<Record<Erased, { readonly column: string; readonly owner: Erased }>>> = {
  chunks: { column: 'document_id', owner: 'documents' },
  document_texts: { column: 'document_id', owner: 'documents' },
  execution_tasks: { column: 'job_id', owner: 'jobs' },
  job_steps: { column: 'job_id', owner: 'jobs' },
  job_events: { column: 'job_id', owner: 'jobs' },
  turns: { column: 'conversation_id', owner: 'conversations' },
  key_spend: { column: 'key_id', owner: 'agent_keys' },
  webhook_attempts: { column: 'delivery_id', owner: 'webhook_deliveries' },
  webhook_deliveries: { column: 'webhook_id', owner: 'webhooks' },
  agent_versions: { column: 'agent_id', owner: 'agents' },
};

function ofAccount(table: Erased, accountId: string): RawBuilder<unknown> {
  const found = OWNERS[table];
  if (!found) return sql`account_id = ${accountId}`;
  const { column, owner } = found;
  return sql`account_id = ${accountId} AND ${sql.ref(column)} IN (
    SELECT id FROM ${sql.table(owner)} WHERE ${ofAccount(owner, accountId)})`;
}

type Builder = Pick<Database, 'build' | 'dialect' | 'statement'>;

/** The statement that deletes an account's rows of a table. */
function eraseTable(db: Builder, table: Erased, accountId: string): Statement {
  const query = sql`DELETE FROM ${sql.table(table)} WHERE ${ofAccount(table, accountId)}`;
  return db.statement({ compile: () => query.compile(db.build) });
}

/**
 * The statements that delete all that an account has made, and bring its credit to nothing: what is left is the account
 * as it was opened. Its jobs have to be stopped before, and its documents deleted.
 */
export function eraseAccountData(db: Builder, accountId: string): Statement[] {
  const empty = db.build
    .updateTable('accounts')
    .set({ balance_nano_usd: 0n, held_nano_usd: 0n })
    .where('id', '=', accountId);
  return [
    ...ERASED_TABLES.map((table) => eraseTable(db, table, accountId)),
    eraseTable(db, 'users', accountId),
    db.statement(empty),
  ];
}

/** The same with all credentials, in the end of which nothing is left but the account's own row. */
export function eraseAccount(db: Builder, accountId: string): Statement[] {
  const tables = ERASED_TABLES.filter((table) => !ERASED_BEFORE.includes(table));
  return [
    ...tables.map((table) => eraseTable(db, table, accountId)),
    ...forgetRequests(db, accountId),
    ...CREDENTIAL_TABLES.map((table) => eraseTable(db, table, accountId)),
  ];
}

/** Found by nothing but a look through all of the table, which eraseInPieces does where it holds nobody up. */
const ERASED_BEFORE: readonly string[] = ['responses'] satisfies readonly Erased[];

/** Where several processes count the requests of an account and of its keys. */
function forgetRequests(db: Builder, accountId: string): Statement[] {
  if (db.dialect !== 'postgres') return [];
  const keys = sql`SELECT id FROM agent_keys WHERE account_id = ${accountId}`;
  const query = sql`DELETE FROM request_windows WHERE id = ${accountId} OR id IN (${keys})`;
  return [db.statement({ compile: () => query.compile(db.build) })];
}
