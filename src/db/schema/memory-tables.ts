export interface MemoryTables {
  memories: MemoriesTable;
}

/** What a crew remembers. */
export interface MemoriesTable {
  id: string;
  account_id: string;
  crew_id: string;
  /** Whose conversation it is about; empty: everybody's. */
  end_user: string;
  /** short_term, long_term */
  kind: string;
  /** Of long-term memories. */
  category: string;
  content: string;
  /** The job that wrote it last. */
  job_id: string;
  created_at: number;
  updated_at: number;
}
