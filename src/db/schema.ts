import type { Generated } from 'kysely';

/**
 * The tables, as Kysely types. Times are milliseconds since 1970 (`…_at`), flags are 0 or 1, JSON is text, and money is
 * `…_nano_usd` (bigint). Every table of an account's data has `account_id`; every query names it.
 */
export interface Schema {
  accounts: AccountsTable;
  users: UsersTable;
  sessions: SessionsTable;
  refresh_tokens: RefreshTokensTable;
  agent_keys: AgentKeysTable;
  key_spend: KeySpendTable;
  agent_spend: AgentSpendTable;
  agents: AgentsTable;
  agent_versions: AgentVersionsTable;
  providers: ProvidersTable;
  model_prices: ModelPricesTable;
  conversations: ConversationsTable;
  turns: TurnsTable;
  runs: RunsTable;
  usage: UsageTable;
  usage_rollups: UsageRollupsTable;
  ledger: LedgerTable;
  holds: HoldsTable;
  documents: DocumentsTable;
  document_texts: DocumentTextsTable;
  chunks: ChunksTable;
  search_scopes: SearchScopesTable;
  jobs: JobsTable;
  job_steps: JobStepsTable;
  job_events: JobEventsTable;
  responses: ResponsesTable;
  idempotency_keys: IdempotencyKeysTable;
  audit_log: AuditLogTable;
  audit_checkpoints: AuditCheckpointsTable;
  audit_keys: AuditKeysTable;
  audit_chain: AuditChainTable;
  crews: CrewsTable;
  tasks: TasksTable;
  executions: ExecutionsTable;
  execution_tasks: ExecutionTasksTable;
  execution_batches: ExecutionBatchesTable;
  memories: MemoriesTable;
  custom_tools: CustomToolsTable;
  custom_tool_names: CustomToolNamesTable;
  mcp_servers: McpServersTable;
  webhooks: WebhooksTable;
  webhook_deliveries: WebhookDeliveriesTable;
  webhook_attempts: WebhookAttemptsTable;
  schedules: SchedulesTable;
  processes: ProcessesTable;
  uploads: UploadsTable;
  request_windows: RequestWindowsTable;
}

/** Who is alive (presence.ts). */
export interface ProcessesTable {
  id: string;
  /** By the database's clock where there may be several. */
  seen_at: number;
}

/** On PostgreSQL only, and without an account: a document's row, which comes after its file, has that. */
export interface UploadsTable {
  document_id: string;
  bytes: Uint8Array;
}

/** On PostgreSQL only. */
export interface RequestWindowsTable {
  /** Of an account or a key. */
  id: string;
  /** Of `state`; each change is one more. */
  version: number;
  /** JSON (limits/). */
  state: string;
}

export interface AccountsTable {
  id: string;
  name: string;
  /** free, pro, enterprise */
  tier: string;
  /** JSON of the account's own request limits, which go before its tier's; null for those of the tier. */
  limits: string | null;
  /** active, suspended */
  status: string;
  /** Credit minus everything billed. Never below `held_nano_usd`, and so never below zero. */
  balance_nano_usd: bigint;
  /** Σ of the account's open holds. */
  held_nano_usd: bigint;
  created_at: number;
  /** The account whose sandbox this one is; null for real accounts. */
  sandbox_of: string | null;
}

export interface UsersTable {
  id: string;
  account_id: string;
  email: string;
  name: string;
  role: string;
  /** 1 for the owner made at the first start, who also runs the server. */
  is_operator: number;
  password_hash: string | null;
  /** SHA-256 of the one-time link by which the first password is set. */
  setup_hash: string | null;
  setup_expires_at: number | null;
  created_at: number;
  updated_at: number;
}

export interface SessionsTable {
  id: string;
  account_id: string;
  user_id: string;
  created_at: number;
  /** When a refresh token of it was last used, or its cookie was renewed. */
  refreshed_at: number;
  expires_at: number;
  revoked_at: number | null;
  /** Where it was opened from; null for those from before that was noted. */
  ip: string | null;
  user_agent: string | null;
}

export interface RefreshTokensTable {
  /** SHA-256 of the token, hex. */
  hash: string;
  session_id: string;
  account_id: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface AgentKeysTable {
  id: string;
  account_id: string;
  name: string;
  /** SHA-256 of the whole key, hex. */
  hash: string;
  /** The key's public beginning, by which it is looked up. */
  prefix: string;
  last4: string;
  /** JSON array of agent ids, or null for all of the account's. */
  agent_ids: string | null;
  daily_limit_nano_usd: bigint | null;
  monthly_limit_nano_usd: bigint | null;
  disabled: number;
  created_by: string | null;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  /** The key's own request limits; null: none but the account's. */
  requests_per_minute: number | null;
  requests_per_hour: number | null;
}

/** What a capped key has spent and holds in one day (`2026-11-21`) or month (`2026-11`), UTC. */
export interface KeySpendTable {
  key_id: string;
  period: string;
  account_id: string;
  spent_nano_usd: bigint;
  held_nano_usd: bigint;
}

/** What the calls of an agent have cost that began in one day or month, UTC; named as for keys. */
export interface AgentSpendTable {
  account_id: string;
  agent_id: string;
  period: string;
  spent_nano_usd: bigint;
}

export interface AgentsTable {
  id: string;
  account_id: string;
  crew_id: string | null;
  name: string;
  model: string;
  version: number;
  /** The configuration of `version`, so that a call reads one row. */
  config: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export interface AgentVersionsTable {
  agent_id: string;
  version: number;
  account_id: string;
  config: string;
  created_by: string | null;
  created_at: number;
}

export interface ProvidersTable {
  id: string;
  account_id: string;
  name: string;
  kind: string;
  base_url: string | null;
  /** Sealed (lib/secrets.ts). */
  api_key_sealed: string | null;
  /** JSON array of model names that the provider is known to serve. */
  models: string;
  created_at: number;
  updated_at: number;
}

export interface ModelPricesTable {
  account_id: string;
  model: string;
  input_nano_usd: bigint;
  cached_input_nano_usd: bigint;
  output_nano_usd: bigint;
  updated_at: number;
}

export interface ConversationsTable {
  id: string;
  account_id: string;
  agent_id: string;
  title: string;
  /** Where the next turn continues when the caller does not say. */
  newest_turn_id: string;
  turn_count: number;
  end_user: string | null;
  created_at: number;
  updated_at: number;
  /** JSON of the caller's own fields; null unless the conversation was made by itself, before its first turn. */
  metadata: string | null;
}

/** One exchange: what came in and what was answered. Turns form the tree of a conversation through `parent_id`. */
export interface TurnsTable {
  id: string;
  account_id: string;
  conversation_id: string;
  parent_id: string | null;
  agent_id: string;
  run_id: string;
  /** completed, or incomplete: the answer was cut (client gone, bounds) and what there was of it is kept. */
  status: string;
  /** JSON of Item[] (models/types.ts). */
  input: string;
  output: string;
  created_at: number;
  /** JSON array of the ids of items that were taken out of the conversation; null for none. */
  removed: string | null;
}

export interface RunsTable {
  id: string;
  account_id: string;
  kind: string;
  agent_id: string;
  agent_version: number;
  model: string;
  key_id: string | null;
  user_id: string | null;
  conversation_id: string | null;
  turn_id: string | null;
  status: string;
  error_code: string | null;
  error_message: string | null;
  /** JSON of the run's journal: its events without the deltas. */
  journal: string;
  started_at: number;
  finished_at: number;
}

/** The bill's lines: one row a run, the sum of its ledger charges. */
export interface UsageTable {
  run_id: string;
  account_id: string;
  source: string;
  key_id: string | null;
  user_id: string | null;
  agent_id: string;
  agent_version: number;
  model: string;
  input_tokens: number;
  cached_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  estimated: number;
  tool_cost_nano_usd: bigint;
  /** Model and tools together. */
  cost_nano_usd: bigint;
  created_at: number;
}

/** Sums of the usage log by what was used with what. Written by triggers of that log only. */
export interface UsageRollupsTable {
  account_id: string;
  /** hour, day */
  span: string;
  /** Hours or days since 1970, UTC. */
  period: number;
  agent_id: string;
  /** Empty where no key paid. */
  key_id: string;
  model: string;
  source: string;
  runs: number;
  input_tokens: number;
  cached_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  tool_cost_nano_usd: bigint;
  cost_nano_usd: bigint;
}

/** Append-only. Σ amount of an account = its balance. */
export interface LedgerTable {
  /** A charge has the id of the call that it bills, so no call can be billed twice. */
  id: string;
  account_id: string;
  /** grant, adjust, charge */
  kind: string;
  /** Positive adds to the balance, negative takes from it. */
  amount_nano_usd: bigint;
  run_id: string | null;
  /** Public text: why credit was granted or adjusted, or what was called. */
  reason: string;
  /** JSON of the price per million tokens that was applied; null for grants. */
  price: string | null;
  actor: string | null;
  created_at: number;
  /** The day (UTC) whose caps a charge counts against: when its credit was set aside. Null for grants, and before there was this column. */
  counted_on: string | null;
}

/** Credit set aside for a call under way. */
export interface HoldsTable {
  id: string;
  account_id: string;
  run_id: string;
  key_id: string | null;
  amount_nano_usd: bigint;
  created_at: number;
  /** The process that made it; it is given back when that is gone. */
  owner: string | null;
  /** The day and month of the key's spend in which it is counted too; null where it is not. */
  day: string | null;
  month: string | null;
  /** Whose caps it counts against, where the agent has some. */
  agent_id: string | null;
}

export interface DocumentsTable {
  id: string;
  account_id: string;
  agent_id: string;
  name: string;
  media_type: string;
  size_bytes: number;
  /** Of the uploaded bytes, or of the address that it comes from, hex: the same one twice is one document. */
  sha256: string;
  /** Where the file comes from; null for an upload. Until it is fetched `size_bytes` is 0. */
  source_url: Generated<string | null>;
  /** queued, indexing, ready, failed, deleting. Only ready ones are found; deleting ones are seen by nobody. */
  status: string;
  /** Why it failed, for the person who uploaded it. */
  error: string | null;
  /** Counts the indexings begun; a write of an earlier one is refused. */
  attempt: number;
  text_length: number;
  chunk_count: number;
  created_at: number;
  updated_at: number;
  /** The process that indexes it, or did last. */
  owner: Generated<string | null>;
}

/** The extracted text, in parts, so that one page of a long document is a small read. */
export interface DocumentTextsTable {
  document_id: string;
  /** Where the part begins in the whole text, as chunk and citation offsets count: in UTF-16 units. */
  start_offset: number;
  account_id: string;
  text: string;
}

export interface ChunksTable {
  id: Generated<number>;
  document_id: string;
  account_id: string;
  agent_id: string;
  position: number;
  heading: string;
  start_offset: number;
  end_offset: number;
  text: string;
}

export interface SearchScopesTable {
  id: Generated<number>;
  account_id: string;
  agent_id: string;
}

/** A durable job (src/engine). Who runs it writes under `epoch` only; whoever takes it over raises it. */
export interface JobsTable {
  id: string;
  account_id: string;
  kind: string;
  /** queued, running, waiting_for_input, completed, failed, stopped */
  status: string;
  /** JSON. */
  input: string;
  result: string | null;
  error_code: string | null;
  error_message: string | null;
  epoch: number;
  /** The engine that has claimed it, until `lease_until`; null when nobody has. */
  owner: string | null;
  lease_until: number | null;
  /** From 1; counts errors after which it was tried again. */
  attempt: number;
  /** How often the process died while it ran, since its last finished step. */
  crashes: number;
  /** A queued job does not start before this. One that waits for an answer has done so since. */
  available_at: number;
  /** How long it has waited for answers, the running wait not counted. */
  waited_ms: number;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  /** Of its events and steps: whole (null), being removed (1), gone (2). */
  trace_state: number | null;
}

export interface JobStepsTable {
  job_id: string;
  name: string;
  account_id: string;
  /** Steps of one scope are asked for in the same order whenever the job runs; `position` is the place there. */
  scope: string;
  position: number;
  /** started, finished, failed, waiting (for a person), answered */
  state: string;
  /** How often it is known to have begun. */
  attempts: number;
  /** engine/values.ts: what it returned or threw, what is asked, or the answer, by its state. */
  value: string | null;
  at: number;
}

/** What a job tells its watchers: dense from 1 for each job. */
export interface JobEventsTable {
  job_id: string;
  seq: number;
  account_id: string;
  type: string;
  /** JSON object. */
  data: string;
  at: number;
}

/** A turn as the Responses API shows it: what it was asked, its events, how it ended. Its items are the turn's. */
/** Only added to: triggers refuse all else. */
export interface AuditLogTable {
  id: string;
  account_id: string;
  at: number;
  action: string;
  /** user, system */
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  session_id: string | null;
  ip: string | null;
  request_id: string | null;
  object_type: string | null;
  object_id: string | null;
  /** JSON object; holds no secret. */
  details: string;
}

export interface IdempotencyKeysTable {
  account_id: string;
  key: string;
  /** Of the request that the key was first sent with. */
  fingerprint: string;
  /** Names the request that has the key; only it writes the rest. */
  claim: string;
  /** running; acted: what it does is on disk, its reply is not; done */
  state: string;
  /** Of the reply; null while it runs, and when the reply was too large to be kept or lost in a crash. */
  status: number | null;
  /** JSON object. */
  headers: string | null;
  /** Sealed (lib/secrets.ts). */
  body_sealed: string | null;
  expires_at: number;
  /** The process that the request runs in. */
  owner: string | null;
}

export interface ResponsesTable {
  /** Of the turn. */
  id: string;
  account_id: string;
  agent_id: string;
  run_id: string;
  conversation_id: string | null;
  /** queued, in_progress, completed, incomplete, failed, cancelled; deleted: only its id is left, to be refused. */
  status: string;
  background: number;
  /** JSON of what the response repeats of its request. */
  request: string;
  /** JSON of the run's events (runs/recording.ts). */
  recording: string | null;
  /** JSON of usage, error, times. */
  ending: string | null;
  created_at: number;
}

export interface CrewsTable {
  id: string;
  account_id: string;
  name: string;
  /** JSON (crews/crew-config.ts). Its agents are those with its id, its tasks likewise. */
  config: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export interface TasksTable {
  id: string;
  account_id: string;
  crew_id: string | null;
  agent_id: string | null;
  /** Its place in the crew. */
  position: number;
  /** JSON (crews/task-config.ts). */
  config: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

/** What the list of a crew's jobs shows beside the job itself; written with the job's own steps. */
export interface ExecutionsTable {
  job_id: string;
  account_id: string;
  crew_id: string;
  batch_id: string | null;
  /** The job whose outputs it started from. */
  rerun_of: string | null;
  /** JSON object. */
  inputs: string;
  /** 0 to 99; the job's status says when it is 100. */
  progress: number;
  current_task: string | null;
  /** `closed`: waits for its turn in its batch, and counts as queued meanwhile. */
  gate: string;
  /** What it may cost; null: as much as there is credit. */
  max_cost_nano_usd: Generated<bigint | null>;
  /** The job's status once it has ended; null before. */
  outcome: Generated<string | null>;
  created_at: number;
  /** Of all that the job has done; a task's own lie with the task. */
  input_tokens: Generated<number>;
  cached_tokens: Generated<number>;
  output_tokens: Generated<number>;
  reasoning_tokens: Generated<number>;
  cost_nano_usd: Generated<bigint>;
}

export interface ExecutionTasksTable {
  job_id: string;
  task_id: string;
  account_id: string;
  position: number;
  name: string;
  description: string;
  /** Null: the manager chooses. */
  agent_id: string | null;
  agent_name: string;
  /** pending, running, waiting_for_input, completed, failed, stopped */
  status: string;
  /** 1: the output is that of an earlier job. */
  kept: number;
  output: string | null;
  /** Why it failed, for people. */
  error: string | null;
  started_at: number | null;
  finished_at: number | null;
  input_tokens: Generated<number>;
  cached_tokens: Generated<number>;
  output_tokens: Generated<number>;
  reasoning_tokens: Generated<number>;
  cost_nano_usd: Generated<bigint>;
}

export interface ExecutionBatchesTable {
  id: string;
  account_id: string;
  crew_id: string;
  /** Of its jobs, how many may run at once. */
  concurrency: number;
  created_at: number;
}

/** What a crew remembers. */
export interface MemoriesTable {
  id: string;
  account_id: string;
  crew_id: string;
  /** Whose conversation it is about; empty: everybody's. */
  end_user: string;
  /** short_term, long_term */
  kind: string;
  /** Of long-term memories. */
  category: string;
  content: string;
  /** The job that wrote it last. */
  job_id: string;
  created_at: number;
  updated_at: number;
}

/** HTTP endpoints that agents can call. */
export interface CustomToolsTable {
  id: string;
  account_id: string;
  name: string;
  description: string;
  /** With `{placeholders}`. */
  endpoint: string;
  method: string;
  /** JSON Schema; null: made from the endpoint. */
  parameters: string | null;
  auth_type: string;
  auth_sealed: string | null;
  price_nano_usd: bigint;
  /** none, idempotent, unknown; null: by the method. */
  effects: string | null;
  timeout_ms: number;
  /** Counts the changes: of two at once one is refused. */
  revision: number;
  created_at: number;
  updated_at: number;
}

/** Every name that a custom tool has or had. */
export interface CustomToolNamesTable {
  account_id: string;
  name: string;
  tool_id: string;
}

export interface McpServersTable {
  id: string;
  account_id: string;
  name: string;
  url: string;
  auth_type: string;
  auth_sealed: string | null;
  /** ready, error. */
  status: string;
  /** Why it could not be asked for its tools. */
  error: string | null;
  /** JSON: its tools as it listed them last. */
  tools: string;
  /** When it was asked last. */
  checked_at: number | null;
  revision: number;
  created_at: number;
  updated_at: number;
}
export interface WebhooksTable {
  id: string;
  account_id: string;
  url: string;
  description: string;
  /** JSON array */
  events: string;
  secret_sealed: string;
  /** Of before the last rotation; signs beside the current one until then. */
  previous_secret_sealed: string | null;
  previous_secret_until: number | null;
  /** Null while it is sent to. */
  disabled_at: number | null;
  disabled_reason: string | null;
  /** Null when the last attempt succeeded. */
  failing_since: number | null;
  created_at: number;
  updated_at: number;
}

/** One event on its way to one webhook: written with what it tells of, sent by the dispatcher. */
export interface WebhookDeliveriesTable {
  id: string;
  account_id: string;
  webhook_id: string;
  /** The same in every attempt and replay. */
  message_id: string;
  event: string;
  /** The body, as it is signed and sent. */
  payload: string;
  /** pending, delivered, failed */
  status: Generated<string>;
  /** Those that have begun. */
  attempts: Generated<number>;
  max_attempts: number;
  /** When the next attempt is due; while one is under way, when it counts as lost. */
  next_at: number;
  /** Set while an attempt is under way. */
  claimed_until: number | null;
  created_at: number;
  finished_at: number | null;
}

export interface WebhookAttemptsTable {
  delivery_id: string;
  /** From 1. */
  number: number;
  account_id: string;
  at: number;
  /** Null when no reply came. */
  status: number | null;
  error: string | null;
  duration_ms: number;
  /** The beginning of the reply's body. */
  response: string;
}

export interface SchedulesTable {
  id: string;
  account_id: string;
  crew_id: string;
  name: string;
  /** JSON object */
  inputs: string;
  cron: string;
  timezone: string;
  is_enabled: number;
  /** Why the server disabled it; null when a person did. */
  disabled_reason: string | null;
  /** Null while it is disabled. A start carries it as its guard, so that each time starts one job at most. */
  next_run_at: number | null;
  last_run_at: number | null;
  last_job_id: string | null;
  last_error_code: string | null;
  last_error_message: string | null;
  last_error_at: number | null;
  last_missed_at: number | null;
  created_by: string;
  created_at: number;
  updated_at: number;
}

/** What stands for the lines that were taken off the beginning of an account's audit log. */
export interface AuditCheckpointsTable {
  account_id: string;
  /** The number of the last of them. */
  seq: number;
  /** What that one hashes to with all before it. */
  hash: string;
  /** When it was written. */
  last_at: number;
  made_at: number;
  key_id: string;
  /** Of all that, with a key that follows from the secret key. */
  signature: string;
}

/** What checkpoints were ever signed with; exports keep those signatures. */
export interface AuditKeysTable {
  key_id: string;
  /** Sealed with the present secret key. */
  key_sealed: string;
  made_at: number;
}

/** The place of a line of the audit log among those of its account; see audit/chain. */
export interface AuditChainTable {
  account_id: string;
  /** From 1, without a gap. */
  seq: number;
  entry_id: string;
  /** SHA-256 of the hash before and of the line. */
  hash: string;
}
