export interface IdempotencyTables {
  idempotency_keys: IdempotencyKeysTable;
}

export interface IdempotencyKeysTable {
  account_id: string;
  key: string;
  /** Of the request that the key was first sent with. */
  fingerprint: string;
  /** Names the request that has the key; only it writes the rest. */
  claim: string;
  /** running; acted: what it does is on disk, its reply is not; done */
  state: string;
  /** Of the reply; null while it runs, and when the reply was too large to be kept or lost in a crash. */
  status: number | null;
  /** JSON object. */
  headers: string | null;
  /** Sealed (lib/secrets.ts). */
  body_sealed: string | null;
  expires_at: number;
  /** The process that the request runs in. */
  owner: string | null;
}
