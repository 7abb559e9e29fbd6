export interface ToolsTables {
  custom_tools: CustomToolsTable;
  custom_tool_names: CustomToolNamesTable;
  mcp_servers: McpServersTable;
}

/** HTTP endpoints that agents can call. */
export interface CustomToolsTable {
  id: string;
  account_id: string;
  name: string;
  description: string;
  /** With `{placeholders}`. */
  endpoint: string;
  method: string;
  /** JSON Schema; null: made from the endpoint. */
  parameters: string | null;
  auth_type: string;
  auth_sealed: string | null;
  price_nano_usd: bigint;
  /** none, idempotent, unknown; null: by the method. */
  effects: string | null;
  timeout_ms: number;
  /** Counts the changes: of two at once one is refused. */
  revision: number;
  created_at: number;
  updated_at: number;
}

/** Every name that a custom tool has or had. */
export interface CustomToolNamesTable {
  account_id: string;
  name: string;
  tool_id: string;
}

export interface McpServersTable {
  id: string;
  account_id: string;
  name: string;
  url: string;
  auth_type: string;
  auth_sealed: string | null;
  /** ready, error. */
  status: string;
  /** Why it could not be asked for its tools. */
  error: string | null;
  /** JSON: its tools as it listed them last. */
  tools: string;
  /** When it was asked last. */
  checked_at: number | null;
  revision: number;
  created_at: number;
  updated_at: number;
}
