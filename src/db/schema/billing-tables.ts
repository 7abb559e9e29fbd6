export interface BillingTables {
  key_spend: KeySpendTable;
  agent_spend: AgentSpendTable;
  usage: UsageTable;
  usage_rollups: UsageRollupsTable;
  ledger: LedgerTable;
  holds: HoldsTable;
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
