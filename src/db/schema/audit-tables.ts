export interface AuditTables {
  audit_log: AuditLogTable;
  audit_checkpoints: AuditCheckpointsTable;
  audit_keys: AuditKeysTable;
  audit_chain: AuditChainTable;
}

/** Only added to: triggers refuse all else. */
export interface AuditLogTable {
  id: string;
  account_id: string;
  at: number;
  action: string;
  /** user, system */
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  session_id: string | null;
  ip: string | null;
  request_id: string | null;
  object_type: string | null;
  object_id: string | null;
  /** JSON object; holds no secret. */
  details: string;
}

/** What stands for the lines that were taken off the beginning of an account's audit log. */
export interface AuditCheckpointsTable {
  account_id: string;
  /** The number of the last of them. */
  seq: number;
  /** What that one hashes to with all before it. */
  hash: string;
  /** When it was written. */
  last_at: number;
  made_at: number;
  key_id: string;
  /** Of all that, with a key that follows from the secret key. */
  signature: string;
}

/** What checkpoints were ever signed with; exports keep those signatures. */
export interface AuditKeysTable {
  key_id: string;
  /** Sealed with the present secret key. */
  key_sealed: string;
  made_at: number;
}

/** The place of a line of the audit log among those of its account; see audit/chain. */
export interface AuditChainTable {
  account_id: string;
  /** From 1, without a gap. */
  seq: number;
  entry_id: string;
  /** SHA-256 of the hash before and of the line. */
  hash: string;
}
