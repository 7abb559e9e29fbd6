import type { Migration } from './index.ts';

export const crews: Migration = {
  name: 'crews',
  sqlite: `
CREATE TABLE crews (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  config TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE INDEX crews_by_account ON crews (account_id, created_at);

CREATE TABLE tasks (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  crew_id TEXT,
  agent_id TEXT,
  position INTEGER NOT NULL,
  config TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE INDEX tasks_by_account ON tasks (account_id, created_at);
CREATE INDEX tasks_by_crew ON tasks (crew_id, position) WHERE crew_id IS NOT NULL;

CREATE INDEX agents_by_crew ON agents (crew_id, created_at) WHERE crew_id IS NOT NULL;

CREATE TABLE executions (
  job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL,
  crew_id TEXT NOT NULL,
  batch_id TEXT,
  rerun_of TEXT,
  inputs TEXT NOT NULL,
  progress INTEGER NOT NULL DEFAULT 0,
  current_task TEXT,
  gate TEXT NOT NULL DEFAULT 'open',
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX executions_by_account ON executions (account_id, created_at, job_id);
CREATE INDEX executions_by_crew ON executions (crew_id, created_at);
CREATE INDEX executions_by_batch ON executions (batch_id, job_id) WHERE batch_id IS NOT NULL;

CREATE TABLE execution_tasks (
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  task_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  agent_id TEXT,
  agent_name TEXT NOT NULL,
  status TEXT NOT NULL,
  kept INTEGER NOT NULL DEFAULT 0,
  output TEXT,
  error TEXT,
  started_at INTEGER,
  finished_at INTEGER,
  PRIMARY KEY (job_id, task_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX execution_tasks_by_task ON execution_tasks (task_id, job_id);

CREATE TABLE execution_batches (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  crew_id TEXT NOT NULL,
  concurrency INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE memories (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  crew_id TEXT NOT NULL,
  end_user TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL,
  category TEXT NOT NULL DEFAULT '',
  content TEXT NOT NULL,
  job_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX memories_by_crew ON memories (account_id, crew_id, end_user, kind, created_at);
`,
};
