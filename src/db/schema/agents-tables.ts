export interface AgentsTables {
  agents: AgentsTable;
  agent_versions: AgentVersionsTable;
}

export interface AgentsTable {
  id: string;
  account_id: string;
  crew_id: string | null;
  name: string;
  model: string;
  version: number;
  /** The configuration of `version`, so that a call reads one row. */
  config: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export interface AgentVersionsTable {
  agent_id: string;
  version: number;
  account_id: string;
  config: string;
  created_by: string | null;
  created_at: number;
}
