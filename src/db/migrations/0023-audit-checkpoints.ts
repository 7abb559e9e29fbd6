import { toPostgresSql } from '../postgres/to-postgres-sql.ts';
import type { Migration } from './index.ts';

const TABLE = `
CREATE TABLE audit_checkpoints (
  account_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  last_at INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT;
`;

const ONLY_ADDED = 'the audit log is only added to';

/**
 * What is past its time may be taken off the beginning of the audit log, once a checkpoint stands for it; nothing else may be
 * deleted, and no checkpoint goes back.
 */
export const auditCheckpoints: Migration = {
  name: 'audit-checkpoints',
  sqlite: `${TABLE}
DROP TRIGGER audit_log_is_not_deleted;
CREATE TRIGGER audit_log_is_not_deleted BEFORE DELETE ON audit_log
WHEN NOT EXISTS (
  SELECT 1 FROM audit_chain JOIN audit_checkpoints ON audit_checkpoints.account_id = audit_chain.account_id
  WHERE audit_chain.entry_id = OLD.id AND audit_chain.account_id = OLD.account_id
    AND audit_chain.seq <= audit_checkpoints.seq
)
BEGIN SELECT RAISE(ABORT, '${ONLY_ADDED}'); END;
DROP TRIGGER audit_chain_is_not_deleted;
CREATE TRIGGER audit_chain_is_not_deleted BEFORE DELETE ON audit_chain
WHEN NOT EXISTS (SELECT 1 FROM audit_checkpoints WHERE account_id = OLD.account_id AND OLD.seq <= seq)
BEGIN SELECT RAISE(ABORT, '${ONLY_ADDED}'); END;
CREATE TRIGGER audit_checkpoints_do_not_go_back BEFORE UPDATE ON audit_checkpoints
WHEN NEW.seq < OLD.seq OR NEW.account_id <> OLD.account_id
BEGIN SELECT RAISE(ABORT, '${ONLY_ADDED}'); END;
CREATE TRIGGER audit_checkpoints_are_not_deleted BEFORE DELETE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, '${ONLY_ADDED}'); END;
`,
  postgres: `${toPostgresSql('audit-checkpoints', TABLE)}
CREATE FUNCTION refuse_audit_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'audit_log' THEN
    PERFORM 1 FROM audit_chain JOIN audit_checkpoints ON audit_checkpoints.account_id = audit_chain.account_id
    WHERE audit_chain.entry_id = OLD.id AND audit_chain.account_id = OLD.account_id
      AND audit_chain.seq <= audit_checkpoints.seq;
  ELSE
    PERFORM 1 FROM audit_checkpoints WHERE account_id = OLD.account_id
      AND (to_jsonb(OLD)->>'seq')::bigint <= seq;
  END IF;
  IF FOUND THEN RETURN OLD; END IF;
  RAISE EXCEPTION '${ONLY_ADDED}' USING ERRCODE = 'check_violation';
END $$;
CREATE FUNCTION refuse_audit_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq >= OLD.seq AND NEW.account_id = OLD.account_id THEN RETURN NEW; END IF;
  RAISE EXCEPTION '${ONLY_ADDED}' USING ERRCODE = 'check_violation';
END $$;
DROP TRIGGER audit_log_is_not_changed ON audit_log;
CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE OR TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_log_is_not_deleted BEFORE DELETE ON audit_log
FOR EACH ROW EXECUTE FUNCTION refuse_audit_deletion();
DROP TRIGGER audit_chain_is_not_changed ON audit_chain;
CREATE TRIGGER audit_chain_is_not_changed BEFORE UPDATE OR TRUNCATE ON audit_chain
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_chain_is_not_deleted BEFORE DELETE ON audit_chain
FOR EACH ROW EXECUTE FUNCTION refuse_audit_deletion();
CREATE TRIGGER audit_checkpoints_do_not_go_back BEFORE UPDATE ON audit_checkpoints
FOR EACH ROW EXECUTE FUNCTION refuse_audit_return();
CREATE TRIGGER audit_checkpoints_are_not_deleted BEFORE DELETE OR TRUNCATE ON audit_checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
`,
};
