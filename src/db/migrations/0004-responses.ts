import type { Migration } from './index.ts';

export const responses: Migration = {
  name: 'responses',
  sqlite: `
CREATE TABLE responses (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  agent_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  conversation_id TEXT,
  status TEXT NOT NULL,
  background INTEGER NOT NULL,
  request TEXT NOT NULL,
  recording TEXT,
  ending TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX responses_by_conversation ON responses (conversation_id) WHERE conversation_id IS NOT NULL;

ALTER TABLE conversations ADD COLUMN metadata TEXT;
ALTER TABLE turns ADD COLUMN removed TEXT;
`,
};
