export interface AccountsTables {
  accounts: AccountsTable;
  users: UsersTable;
  sessions: SessionsTable;
  refresh_tokens: RefreshTokensTable;
  agent_keys: AgentKeysTable;
}

export interface AccountsTable {
  id: string;
  name: string;
  /** free, pro, enterprise */
  tier: string;
  /** JSON of the account's own request limits, which go before its tier's; null for those of the tier. */
  limits: string | null;
  /** active, suspended; deleting: nobody gets in and its rows go; deleted: they are gone */
  status: string;
  /** Credit minus everything billed. Never below `held_nano_usd`, and so never below zero. */
  balance_nano_usd: bigint;
  /** Σ of the account's open holds. */
  held_nano_usd: bigint;
  created_at: number;
  /** The account whose sandbox this one is; null for real accounts. */
  sandbox_of: string | null;
  /** Null for an account that there is. */
  deleted_at: number | null;
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
  /** JSON array: where pages with its chat may be; null: where each embed code says. */
  allowed_origins: string | null;
}
