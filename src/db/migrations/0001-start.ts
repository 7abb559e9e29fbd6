import type { Migration } from './index.ts';

export const start: Migration = {
  name: 'start',
  sqlite: `
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  tier TEXT NOT NULL,
  limits TEXT,
  status TEXT NOT NULL DEFAULT 'active',
  balance_nano_usd INTEGER NOT NULL DEFAULT 0,
  held_nano_usd INTEGER NOT NULL DEFAULT 0 CHECK (held_nano_usd >= 0),
  created_at INTEGER NOT NULL,
  CHECK (balance_nano_usd >= held_nano_usd)
) STRICT;

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL DEFAULT '',
  role TEXT NOT NULL,
  is_operator INTEGER NOT NULL DEFAULT 0,
  password_hash TEXT,
  setup_hash TEXT UNIQUE,
  setup_expires_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX users_by_account ON users (account_id, created_at);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  refreshed_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
  hash TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

CREATE TABLE agent_keys (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  prefix TEXT NOT NULL UNIQUE,
  last4 TEXT NOT NULL,
  agent_ids TEXT,
  daily_limit_nano_usd INTEGER,
  monthly_limit_nano_usd INTEGER,
  disabled INTEGER NOT NULL DEFAULT 0,
  created_by TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  last_used_at INTEGER
) STRICT;
CREATE INDEX agent_keys_by_account ON agent_keys (account_id, created_at);

CREATE TABLE key_spend (
  key_id TEXT NOT NULL REFERENCES agent_keys (id),
  period TEXT NOT NULL,
  account_id TEXT NOT NULL,
  spent_nano_usd INTEGER NOT NULL DEFAULT 0,
  held_nano_usd INTEGER NOT NULL DEFAULT 0 CHECK (held_nano_usd >= 0),
  PRIMARY KEY (key_id, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  crew_id TEXT,
  name TEXT NOT NULL,
  model TEXT NOT NULL,
  version INTEGER NOT NULL,
  config TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE INDEX agents_by_account ON agents (account_id, created_at);

CREATE TABLE agent_versions (
  agent_id TEXT NOT NULL REFERENCES agents (id),
  version INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  config TEXT NOT NULL,
  created_by TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (agent_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE providers (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  base_url TEXT,
  api_key_sealed TEXT,
  models TEXT NOT NULL DEFAULT '[]',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (account_id, name)
) STRICT;

CREATE TABLE model_prices (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  model TEXT NOT NULL,
  input_nano_usd INTEGER NOT NULL CHECK (input_nano_usd >= 0),
  cached_input_nano_usd INTEGER NOT NULL CHECK (cached_input_nano_usd >= 0),
  output_nano_usd INTEGER NOT NULL CHECK (output_nano_usd >= 0),
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  agent_id TEXT NOT NULL,
  title TEXT NOT NULL,
  newest_turn_id TEXT NOT NULL,
  turn_count INTEGER NOT NULL DEFAULT 0,
  end_user TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX conversations_by_account ON conversations (account_id, updated_at);

CREATE TABLE turns (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  parent_id TEXT,
  agent_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  status TEXT NOT NULL,
  input TEXT NOT NULL,
  output TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX turns_by_conversation ON turns (conversation_id, created_at);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  agent_version INTEGER NOT NULL,
  model TEXT NOT NULL,
  key_id TEXT,
  user_id TEXT,
  conversation_id TEXT,
  turn_id TEXT,
  status TEXT NOT NULL,
  error_code TEXT,
  error_message TEXT,
  journal TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_by_account ON runs (account_id, started_at);

CREATE TABLE usage (
  run_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  source TEXT NOT NULL,
  key_id TEXT,
  user_id TEXT,
  agent_id TEXT NOT NULL,
  agent_version INTEGER NOT NULL,
  model TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  cached_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  estimated INTEGER NOT NULL,
  tool_cost_nano_usd INTEGER NOT NULL,
  cost_nano_usd INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX usage_by_account ON usage (account_id, created_at);

CREATE TABLE ledger (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  amount_nano_usd INTEGER NOT NULL,
  run_id TEXT,
  reason TEXT NOT NULL,
  price TEXT,
  actor TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_by_account ON ledger (account_id, created_at);

CREATE TABLE holds (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  key_id TEXT,
  amount_nano_usd INTEGER NOT NULL CHECK (amount_nano_usd > 0),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`,
};
