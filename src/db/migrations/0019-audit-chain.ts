import { toPostgresSql } from '../postgres/to-postgres-sql.ts';
import type { Migration } from './index.ts';

const TABLE = `
CREATE TABLE audit_chain (
  account_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  entry_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (account_id, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX audit_chain_by_entry ON audit_chain (entry_id);
`;

/** What the lines of the audit log that there are already hash to is found out at the next start. */
export const auditChain: Migration = {
  name: 'audit-chain',
  sqlite: `${TABLE}
CREATE TRIGGER audit_chain_is_not_changed BEFORE UPDATE ON audit_chain
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_chain_is_not_deleted BEFORE DELETE ON audit_chain
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
`,
  postgres: `${toPostgresSql('audit-chain', TABLE)}
CREATE TRIGGER audit_chain_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
`,
};
