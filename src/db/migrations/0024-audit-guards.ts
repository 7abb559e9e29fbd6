import { toPostgresSql } from '../postgres/to-postgres-sql.ts';
import type { Migration } from './index.ts';

const TABLE = `
CREATE TABLE audit_keys (
  key_id TEXT PRIMARY KEY,
  key_sealed TEXT NOT NULL,
  made_at INTEGER NOT NULL
) STRICT;
`;

const ONLY_ADDED = 'the audit log is only added to';
const GOES_ON = 'the chain of the audit log goes on from its last line';
const STANDS = 'a checkpoint stands for lines of the chain, and never for fewer';
const IN_TIME = 'the audit log takes no line from before its last ones';

/** A line is written minutes after its time at most; the clocks of two machines may differ. */
const LATE_MS = 3_600_000;

/** What the next line of an account's chain, a checkpoint and a line's time have to be, whoever it is that writes them. */
const LAST_SEQ = `coalesce((SELECT max(seq) FROM audit_chain WHERE account_id = NEW.account_id),
  (SELECT seq FROM audit_checkpoints WHERE account_id = NEW.account_id), 0)`;
const LAST_AT = `coalesce((
  SELECT audit_log.at FROM audit_chain JOIN audit_log ON audit_log.id = audit_chain.entry_id
  WHERE audit_chain.account_id = NEW.account_id ORDER BY audit_chain.seq DESC LIMIT 1
), (SELECT last_at FROM audit_checkpoints WHERE account_id = NEW.account_id))`;
const IS_NO_NEXT_LINE = `NEW.seq <> 1 + ${LAST_SEQ}
  OR NOT EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.entry_id AND account_id = NEW.account_id)
  OR EXISTS (SELECT 1 FROM audit_chain WHERE entry_id = NEW.entry_id)`;
const STANDS_FOR_NOTHING = `EXISTS (SELECT 1 FROM audit_checkpoints WHERE account_id = NEW.account_id AND seq > NEW.seq)
  OR NOT EXISTS (
    SELECT 1 FROM audit_chain WHERE account_id = NEW.account_id AND seq = NEW.seq AND hash = NEW.hash
    UNION ALL
    SELECT 1 FROM audit_checkpoints WHERE account_id = NEW.account_id AND seq = NEW.seq AND hash = NEW.hash
      AND last_at = NEW.last_at
  )`;

/**
 * Nothing is put beside or into what is chained. Only a line that is older than the last ones *and* older than now is
 * refused: a clock that was wrong and is set back must not stop the server. SQLite's REPLACE deletes without asking the
 * triggers that refuse it, so a line that is there already is refused here.
 */
export const auditGuards: Migration = {
  name: 'audit-guards',
  sqlite: `${TABLE}
CREATE TRIGGER audit_log_is_not_replaced BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, '${ONLY_ADDED}'); END;
CREATE TRIGGER audit_log_is_in_time BEFORE INSERT ON audit_log
WHEN NEW.at < unixepoch('subsec') * 1000 - ${LATE_MS} AND NEW.at < ${LAST_AT} - ${LATE_MS}
BEGIN SELECT RAISE(ABORT, '${IN_TIME}'); END;
CREATE TRIGGER audit_chain_goes_on BEFORE INSERT ON audit_chain
WHEN ${IS_NO_NEXT_LINE}
BEGIN SELECT RAISE(ABORT, '${GOES_ON}'); END;
CREATE TRIGGER audit_checkpoints_begin_with_lines BEFORE INSERT ON audit_checkpoints
WHEN ${STANDS_FOR_NOTHING}
BEGIN SELECT RAISE(ABORT, '${STANDS}'); END;
CREATE TRIGGER audit_checkpoints_stand_for_lines BEFORE UPDATE ON audit_checkpoints
WHEN ${STANDS_FOR_NOTHING}
BEGIN SELECT RAISE(ABORT, '${STANDS}'); END;
`,
  postgres: `${toPostgresSql('audit-guards', TABLE)}
CREATE FUNCTION guard_audit_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.at < extract(epoch FROM clock_timestamp()) * 1000 - ${LATE_MS} THEN
    IF NEW.at < ${LAST_AT} - ${LATE_MS} THEN
      RAISE EXCEPTION '${IN_TIME}' USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION guard_audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ${IS_NO_NEXT_LINE} THEN
    RAISE EXCEPTION '${GOES_ON}' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION guard_audit_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ${STANDS_FOR_NOTHING} THEN
    RAISE EXCEPTION '${STANDS}' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_log_is_in_time BEFORE INSERT ON audit_log
FOR EACH ROW EXECUTE FUNCTION guard_audit_line();
CREATE TRIGGER audit_chain_goes_on BEFORE INSERT ON audit_chain
FOR EACH ROW EXECUTE FUNCTION guard_audit_link();
CREATE TRIGGER audit_checkpoints_stand_for_lines BEFORE INSERT OR UPDATE ON audit_checkpoints
FOR EACH ROW EXECUTE FUNCTION guard_audit_checkpoint();
`,
};
