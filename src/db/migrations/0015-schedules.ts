import type { Migration } from './index.ts';

export const schedules: Migration = {
  name: 'schedules',
  sqlite: `
CREATE TABLE schedules (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  crew_id TEXT NOT NULL,
  name TEXT NOT NULL,
  inputs TEXT NOT NULL,
  cron TEXT NOT NULL,
  timezone TEXT NOT NULL,
  is_enabled INTEGER NOT NULL,
  disabled_reason TEXT,
  next_run_at INTEGER,
  last_run_at INTEGER,
  last_job_id TEXT,
  last_error_code TEXT,
  last_error_message TEXT,
  last_error_at INTEGER,
  last_missed_at INTEGER,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX schedules_by_account ON schedules (account_id, created_at, id);
CREATE INDEX schedules_by_time ON schedules (next_run_at) WHERE is_enabled = 1;
`,
};
