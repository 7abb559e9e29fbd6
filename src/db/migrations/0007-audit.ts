import type { Migration } from './index.ts';

export const audit: Migration = {
  name: 'audit',
  sqlite: `
CREATE TABLE audit_log (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  action TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT,
  actor_name TEXT NOT NULL,
  session_id TEXT,
  ip TEXT,
  request_id TEXT,
  object_type TEXT,
  object_id TEXT,
  details TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_by_account ON audit_log (account_id, at, id);

CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_log_is_not_deleted BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
`,
};
