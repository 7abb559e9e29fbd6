import { type RawBuilder, sql } from 'kysely';
import type { Json, JsonObject } from '../lib/json.ts';
import type { Database } from './port.ts';
import type { Schema } from './schema.ts';

/** What of a table is handed to who owns the account. */
export interface ExportedTable {
  readonly table: keyof Schema;
  /** The order of the rows: unique, and that of an index which begins with the account, or with `of`. */
  readonly key: readonly string[];
  /** Where there is no such index by account: the column that says whose rows they are, and the table of those. */
  readonly of?: readonly [column: string, owners: ExportedTable];
  /** Secrets, and what means something to the server alone. */
  readonly without?: readonly string[];
  /** Columns that hold JSON. */
  readonly json?: readonly string[];
  /** Read at once; fewer where rows may be large. */
  readonly page?: number;
}

const BY_TIME = ['created_at', 'id'];
const FEW = 100;
const MANY = 2_000;

const agents: ExportedTable = { table: 'agents', key: BY_TIME, json: ['config'] };
const jobs: ExportedTable = {
  ...{ table: 'jobs', key: BY_TIME, page: FEW },
  without: ['epoch', 'owner', 'lease_until', 'crashes', 'available_at', 'waited_ms', 'trace_state'],
  json: ['input', 'result'],
};
/** One that goes on while it is read comes again. */
const conversations: ExportedTable = {
  ...{ table: 'conversations', key: ['updated_at', 'id'], json: ['metadata'] },
};
const webhooks: ExportedTable = {
  ...{ table: 'webhooks', key: BY_TIME, json: ['events'] },
  without: ['secret_sealed', 'previous_secret_sealed', 'previous_secret_until'],
};
const deliveries: ExportedTable = {
  ...{ table: 'webhook_deliveries', key: ['webhook_id', ...BY_TIME], of: ['webhook_id', webhooks] },
  ...{ without: ['claimed_until'], json: ['payload'], page: FEW },
};

/** Every table with an `account_id` stands here, among those that are written otherwise, or among those that are left out: a test sees to it. */
export const EXPORTED_TABLES: readonly ExportedTable[] = [
  { table: 'users', key: BY_TIME, without: ['password_hash', 'setup_hash', 'setup_expires_at'] },
  { table: 'agent_keys', key: BY_TIME, without: ['hash'], json: ['agent_ids'] },
  agents,
  { table: 'agent_versions', key: ['agent_id', 'version'], of: ['agent_id', agents], json: ['config'] },
  { table: 'documents', key: ['agent_id', ...BY_TIME], without: ['attempt', 'owner'] },
  { table: 'crews', key: BY_TIME, json: ['config'] },
  { table: 'tasks', key: BY_TIME, json: ['config'] },
  { table: 'memories', key: ['crew_id', 'end_user', 'kind', ...BY_TIME] },
  { table: 'schedules', key: BY_TIME, json: ['inputs'] },
  { table: 'execution_batches', key: ['id'] },
  { table: 'executions', key: ['created_at', 'job_id'], without: ['gate'], json: ['inputs'] },
  { table: 'execution_tasks', key: ['job_id', 'task_id'], of: ['job_id', jobs], page: FEW },
  jobs,
  { table: 'job_events', key: ['job_id', 'seq'], of: ['job_id', jobs], json: ['data'] },
  conversations,
  {
    ...{ table: 'turns', key: ['conversation_id', ...BY_TIME], of: ['conversation_id', conversations] },
    ...{ json: ['input', 'output', 'removed'], page: FEW },
  },
  {
    ...{ table: 'responses', key: ['conversation_id', 'id'], of: ['conversation_id', conversations] },
    ...{ json: ['request', 'recording', 'ending'], page: FEW },
  },
  { table: 'runs', key: ['started_at', 'id'], json: ['journal'], page: FEW },
  { table: 'usage', key: ['created_at', 'run_id'], page: MANY },
  { table: 'ledger', key: BY_TIME, json: ['price'], page: MANY },
  { table: 'model_prices', key: ['model'] },
  { table: 'providers', key: ['name'], without: ['api_key_sealed'], json: ['models'] },
  { table: 'custom_tools', key: BY_TIME, without: ['auth_sealed', 'revision'], json: ['parameters'] },
  { table: 'mcp_servers', key: ['name'], without: ['auth_sealed', 'revision'], json: ['tools'] },
  webhooks,
  deliveries,
  { table: 'webhook_attempts', key: ['delivery_id', 'number'], of: ['delivery_id', deliveries] },
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

const PAGE = 500;
const NANO_USD = '_nano_usd';
const FLAGS = new Set(['disabled', 'estimated', 'background', 'kept']);

type Row = Readonly<Record<string, unknown>>;
type Reader = Pick<Database, 'build' | 'scan'>;

/** The account's rows of a table, as people read them, some at a time. Those that come in meanwhile may be among them. */
export async function* exportRows(
  db: Reader,
  accountId: string,
  exported: ExportedTable,
): AsyncGenerator<JsonObject[]> {
  const without = new Set(['account_id', ...(exported.without ?? [])]);
  const json = new Set(exported.json);
  for await (const rows of rowsOf(db, accountId, exported, sql`*`)) {
    yield rows.map((row) => toReadable(row, without, json));
  }
}

async function* rowsOf(
  db: Reader,
  accountId: string,
  exported: ExportedTable,
  columns: RawBuilder<unknown>,
): AsyncGenerator<Row[]> {
  const { of } = exported;
  if (!of) {
    yield* pages(db, exported, columns, sql`account_id = ${accountId}`);
    return;
  }
  const [column, owners] = of;
  const found = sql.join(['id', ...owners.key.filter((name) => name !== 'id')].map((name) => sql.ref(name)));
  for await (const page of rowsOf(db, accountId, { ...owners, page: FEW }, found)) {
    const ids = sql.join(page.map(({ id }) => id));
    yield* pages(db, exported, columns, sql`account_id = ${accountId} AND ${sql.ref(column)} IN (${ids})`);
  }
}

async function* pages(
  db: Reader,
  { table, key, page = PAGE }: ExportedTable,
  columns: RawBuilder<unknown>,
  which: RawBuilder<unknown>,
): AsyncGenerator<Row[]> {
  const order = sql.join(key.map((name) => sql.ref(name)));
  let after = sql``;
  for (;;) {
    const query = sql<Row>`SELECT ${columns} FROM ${sql.table(table)}
      WHERE ${which} ${after} ORDER BY ${order} LIMIT ${sql.lit(page)}`;
    const rows = await db.scan({ compile: () => query.compile(db.build) });
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    if (rows.length < page) return;
    after = sql`AND (${order}) > (${sql.join(key.map((name) => last[name]))})`;
  }
}

function toReadable(row: Row, without: ReadonlySet<string>, json: ReadonlySet<string>): JsonObject {
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
