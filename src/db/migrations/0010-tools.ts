import type { Migration } from './index.ts';

/** Tools that accounts bring: HTTP endpoints, and the servers of the Model Context Protocol. */
export const tools: Migration = {
  name: 'tools',
  sqlite: `
CREATE TABLE custom_tools (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  method TEXT NOT NULL,
  parameters TEXT,
  auth_type TEXT NOT NULL,
  auth_sealed TEXT,
  price_nano_usd INTEGER NOT NULL CHECK (price_nano_usd >= 0),
  effects TEXT,
  timeout_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX custom_tools_by_account ON custom_tools (account_id, created_at, id);

-- Every name that a tool has or had: none of them can come to mean another tool.
CREATE TABLE custom_tool_names (
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  tool_id TEXT NOT NULL REFERENCES custom_tools (id) ON DELETE CASCADE,
  PRIMARY KEY (account_id, name)
) STRICT;
CREATE INDEX custom_tool_names_by_tool ON custom_tool_names (tool_id);

CREATE TABLE mcp_servers (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  auth_type TEXT NOT NULL,
  auth_sealed TEXT,
  status TEXT NOT NULL,
  error TEXT,
  tools TEXT NOT NULL,
  checked_at INTEGER,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX mcp_servers_by_name ON mcp_servers (account_id, name);

ALTER TABLE documents ADD COLUMN source_url TEXT;
`,
};
