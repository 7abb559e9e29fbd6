export interface LimitsTables {
  request_windows: RequestWindowsTable;
}

/** On PostgreSQL only. */
export interface RequestWindowsTable {
  /** Of an account or a key. */
  id: string;
  /** Of `state`; each change is one more. */
  version: number;
  /** JSON (limits/). */
  state: string;
}
