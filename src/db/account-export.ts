import { sql } from 'kysely';
import type { Json, JsonObject } from '../lib/json.ts';
import type { Database } from './port.ts';
import type { Schema } from './schema.ts';

/** What of a table is handed to who owns the account. */
export interface ExportedTable {
  readonly table: keyof Schema;
  /** Its primary key: the order of the rows. */
  readonly key: readonly string[];
  /** Secrets, and what means something to the server alone. */
  readonly without?: readonly string[];
  /** Columns that hold JSON. */
  readonly json?: readonly string[];
}

/** Every table with an `account_id` stands here, among those that are written otherwise, or among those that are left out; a test sees to it. */
export const EXPORTED_TABLES: readonly ExportedTable[] = [
  { table: 'users', key: ['id'], without: ['password_hash', 'setup_hash', 'setup_expires_at'] },
  { table: 'agent_keys', key: ['id'], without: ['hash'], json: ['agent_ids'] },
  { table: 'agents', key: ['id'], json: ['config'] },
  { table: 'agent_versions', key: ['agent_id', 'version'], json: ['config'] },
  { table: 'documents', key: ['id'], without: ['attempt', 'owner'] },
  { table: 'crews', key: ['id'], json: ['config'] },
  { table: 'tasks', key: ['id'], json: ['config'] },
  { table: 'memories', key: ['id'] },
  { table: 'schedules', key: ['id'], json: ['inputs'] },
  { table: 'execution_batches', key: ['id'] },
  { table: 'executions', key: ['job_id'], without: ['gate'], json: ['inputs'] },
  { table: 'execution_tasks', key: ['job_id', 'task_id'] },
  {
    table: 'jobs',
    key: ['id'],
    without: ['epoch', 'owner', 'lease_until', 'crashes', 'available_at', 'waited_ms', 'trace_state'],
    json: ['input', 'result'],
  },
  { table: 'job_events', key: ['job_id', 'seq'], json: ['data'] },
  { table: 'conversations', key: ['id'], json: ['metadata'] },
  { table: 'turns', key: ['id'], json: ['input', 'output', 'removed'] },
  { table: 'responses', key: ['id'], json: ['request', 'recording', 'ending'] },
  { table: 'runs', key: ['id'], json: ['journal'] },
  { table: 'usage', key: ['run_id'] },
  { table: 'ledger', key: ['id'], json: ['price'] },
  { table: 'model_prices', key: ['model'] },
  { table: 'providers', key: ['id'], without: ['api_key_sealed'], json: ['models'] },
  { table: 'custom_tools', key: ['id'], without: ['auth_sealed', 'revision'], json: ['parameters'] },
  { table: 'mcp_servers', key: ['id'], without: ['auth_sealed', 'revision'], json: ['tools'] },
  {
    table: 'webhooks',
    key: ['id'],
    without: ['secret_sealed', 'previous_secret_sealed', 'previous_secret_until'],
    json: ['events'],
  },
  { table: 'webhook_deliveries', key: ['id'], without: ['claimed_until'], json: ['payload'] },
  { table: 'webhook_attempts', key: ['delivery_id', 'number'] },
];

/** In the export in another form: the texts of documents, the audit log with its chain. */
export const EXPORTED_OTHERWISE = [
  ...['document_texts', 'audit_log', 'audit_chain', 'audit_checkpoints'],
] as const satisfies readonly (keyof Schema)[];

/** Credentials; what is made from other tables; what is there for a moment. */
export const NOT_EXPORTED = [
  ...['sessions', 'refresh_tokens', 'idempotency_keys'],
  ...['chunks', 'search_scopes', 'usage_rollups', 'key_spend', 'agent_spend', 'custom_tool_names'],
  ...['job_steps', 'holds'],
] as const satisfies readonly (keyof Schema)[];

/** Read at once: some rows are large. */
const PAGE = 100;
const NANO_USD = '_nano_usd';
const FLAGS = new Set(['disabled', 'estimated', 'background', 'kept']);

/** The account's rows of a table, as people read them, some at a time. Those that come in meanwhile may be among them. */
export async function* exportRows(
  db: Pick<Database, 'build' | 'scan'>,
  accountId: string,
  { table, key, without = [], json = [] }: ExportedTable,
): AsyncGenerator<JsonObject[]> {
  const columns = sql.join(key.map((name) => sql.ref(name)));
  let after = sql``;
  for (;;) {
    const query = sql<Record<string, unknown>>`SELECT * FROM ${sql.table(table)}
      WHERE account_id = ${accountId} ${after} ORDER BY ${columns} LIMIT ${sql.lit(PAGE)}`;
    const rows = await db.scan({ compile: () => query.compile(db.build) });
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map((row) => toReadable(row, new Set(['account_id', ...without]), new Set(json)));
    if (rows.length < PAGE) return;
    after = sql`AND (${columns}) > (${sql.join(key.map((name) => last[name]))})`;
  }
}

function toReadable(
  row: Readonly<Record<string, unknown>>,
  without: ReadonlySet<string>,
  json: ReadonlySet<string>,
): JsonObject {
  const entries = Object.entries(row).filter(([name]) => !without.has(name));
  return Object.fromEntries(
    entries.map(([name, value]): [string, Json] => {
      if (name.endsWith(NANO_USD)) {
        return [`${name.slice(0, -NANO_USD.length)}_usd`, value === null ? null : toUsd(value)];
      }
      if (value === null) return [name, null];
      if (json.has(name)) return [name, JSON.parse(String(value))];
      if (name.endsWith('_at')) return [name, new Date(Number(value)).toISOString()];
      if (name.startsWith('is_') || FLAGS.has(name)) return [name, value === 1];
      return [name, typeof value === 'number' ? value : String(value)];
    }),
  );
}

function toUsd(nano: unknown): number {
  return Number(nano) / 1e9;
}
