export interface ProcessesTables {
  processes: ProcessesTable;
}

/** Who is alive (presence.ts). */
export interface ProcessesTable {
  id: string;
  /** By the database's clock where there may be several. */
  seen_at: number;
}
