import { type RawBuilder, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** How rows are found by those of another table, where no index begins with the account. */
export interface Way {
  /** What says whose they are. */
  readonly column: string;
  readonly owners: ExportedTable;
  /** What stands in it for the id of an owner; else that id. */
  readonly name?: (id: string) => string;
  /** Those that no other way leads to. */
  readonly only?: RawBuilder<unknown>;
  /** In place of the table's. */
  readonly key?: readonly string[];
}

/** What of a table is handed to who owns the account. */
export interface ExportedTable {
  readonly table: keyof Schema;
  /** The order of the rows: unique, and that of an index which begins with the account, or with the column of a way. */
  readonly key: readonly string[];
  /** Where there is no such index by account. */
  readonly of?: readonly Way[];
  /** Secrets, and what means something to the server alone. */
  readonly without?: readonly string[];
  /** Columns that hold JSON, as large as it may be. */
  readonly json?: readonly string[];
  /** Others that may be large. */
  readonly texts?: readonly string[];
}

const BY_TIME = ['created_at', 'id'];

const agents: ExportedTable = { table: 'agents', key: BY_TIME, json: ['config'] };
const jobs: ExportedTable = {
  ...{ table: 'jobs', key: BY_TIME },
  without: ['epoch', 'owner', 'lease_until', 'crashes', 'available_at', 'waited_ms', 'trace_state'],
  json: ['input', 'result'],
};
/** One that goes on while it is read comes again. */
const conversations: ExportedTable = {
  ...{ table: 'conversations', key: ['updated_at', 'id'], json: ['metadata'] },
};
const runs: ExportedTable = { table: 'runs', key: ['started_at', 'id'], json: ['journal'] };
const NO_CONVERSATION = sql`NOT EXISTS (SELECT 1 FROM conversations WHERE conversations.id = responses.conversation_id)`;
const NO_RUN = sql`NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = responses.run_id)`;
const RUN_PREFIX = 'run_';
/** One that failed, was cancelled or is deleted has no conversation; one that has not run yet is a job. */
const responses: ExportedTable = {
  ...{ table: 'responses', key: ['id'], json: ['request', 'recording', 'ending'] },
  of: [
    {
      ...{ column: 'id', owners: runs, only: NO_CONVERSATION },
      name: (id) => id.slice(RUN_PREFIX.length),
    },
    { column: 'id', owners: jobs, only: sql`${NO_CONVERSATION} AND ${NO_RUN}` },
    { column: 'conversation_id', owners: conversations, key: ['conversation_id', 'id'] },
  ],
};
const webhooks: ExportedTable = {
  ...{ table: 'webhooks', key: BY_TIME, json: ['events'] },
  without: ['secret_sealed', 'previous_secret_sealed', 'previous_secret_until'],
};
const deliveries: ExportedTable = {
  ...{
    table: 'webhook_deliveries',
    key: ['webhook_id', ...BY_TIME],
    of: [{ column: 'webhook_id', owners: webhooks }],
  },
  ...{ without: ['claimed_until'], json: ['payload'] },
};

/** Every table with an `account_id` stands here, among those that are written otherwise, or among those that are left out: a test sees to it. */
export const EXPORTED_TABLES: readonly ExportedTable[] = [
  { table: 'users', key: BY_TIME, without: ['password_hash', 'setup_hash', 'setup_expires_at'] },
  { table: 'agent_keys', key: BY_TIME, without: ['hash'], json: ['agent_ids', 'allowed_origins'] },
  agents,
  {
    table: 'agent_versions',
    key: ['agent_id', 'version'],
    of: [{ column: 'agent_id', owners: agents }],
    json: ['config'],
  },
  { table: 'documents', key: ['agent_id', ...BY_TIME], without: ['attempt', 'owner', 'reread'] },
  { table: 'crews', key: BY_TIME, json: ['config'] },
  { table: 'tasks', key: BY_TIME, json: ['config'] },
  { table: 'memories', key: ['crew_id', 'end_user', 'kind', ...BY_TIME], texts: ['content'] },
  { table: 'schedules', key: BY_TIME, json: ['inputs'] },
  { table: 'execution_batches', key: BY_TIME },
  { table: 'executions', key: ['created_at', 'job_id'], without: ['gate'], json: ['inputs'] },
  {
    ...{ table: 'execution_tasks', key: ['job_id', 'task_id'], of: [{ column: 'job_id', owners: jobs }] },
    texts: ['description', 'output', 'error'],
  },
  jobs,
  { table: 'job_events', key: ['job_id', 'seq'], of: [{ column: 'job_id', owners: jobs }], json: ['data'] },
  conversations,
  {
    ...{ table: 'turns', key: ['conversation_id', ...BY_TIME], json: ['input', 'output', 'removed'] },
    of: [{ column: 'conversation_id', owners: conversations }],
  },
  responses,
  runs,
  { table: 'usage', key: ['created_at', 'run_id'] },
  { table: 'ledger', key: BY_TIME, json: ['price'] },
  { table: 'model_prices', key: ['model'] },
  { table: 'providers', key: ['name'], without: ['api_key_sealed'], json: ['models'] },
  { table: 'custom_tools', key: BY_TIME, without: ['auth_sealed', 'revision'], json: ['parameters'] },
  { table: 'mcp_servers', key: ['name'], without: ['auth_sealed', 'revision'], json: ['tools'] },
  webhooks,
  deliveries,
  {
    table: 'webhook_attempts',
    key: ['delivery_id', 'number'],
    of: [{ column: 'delivery_id', owners: deliveries }],
    texts: ['response'],
  },
];

/** In the export in another form: the texts of documents, the audit log with its chain. */
export const EXPORTED_OTHERWISE = [
  ...['document_texts', 'audit_log', 'audit_chain', 'audit_checkpoints'],
] as const satisfies readonly (keyof Schema)[];

/** Credentials; what is made from other tables; what is there for a moment. */
export const NOT_EXPORTED = [
  ...['sessions', 'refresh_tokens', 'idempotency_keys'],
  ...['chunks', 'search_scopes', 'usage_rollups', 'key_spend', 'agent_spend', 'custom_tool_names'],
  ...['job_steps', 'holds', 'begun_turns'],
] as const satisfies readonly (keyof Schema)[];
