export interface RunsTables {
  conversations: ConversationsTable;
  turns: TurnsTable;
  begun_turns: BegunTurnsTable;
  runs: RunsTable;
  responses: ResponsesTable;
}

export interface ConversationsTable {
  id: string;
  account_id: string;
  agent_id: string;
  title: string;
  /** Where the next turn continues when the caller does not say. */
  newest_turn_id: string;
  turn_count: number;
  end_user: string | null;
  created_at: number;
  updated_at: number;
  /** JSON of the caller's own fields; null unless the conversation was made by itself, before its first turn. */
  metadata: string | null;
}

/** One exchange: what came in and what was answered. Turns form the tree of a conversation through `parent_id`. */
export interface TurnsTable {
  id: string;
  account_id: string;
  conversation_id: string;
  parent_id: string | null;
  agent_id: string;
  run_id: string;
  /** completed, or incomplete: the answer was cut (client gone, bounds) and what there was of it is kept. */
  status: string;
  /** JSON of Item[] (models/types.ts). */
  input: string;
  output: string;
  created_at: number;
  /** JSON array of the ids of items that were taken out of the conversation; null for none. */
  removed: string | null;
}

/** A turn that is being answered, as it is kept if its process dies in the middle. */
export interface BegunTurnsTable {
  run_id: string;
  account_id: string;
  conversation_id: string;
  /** The process that answers. */
  owner: string;
  /** JSON of NewTurn (threads/thread-store.ts). */
  turn: string;
  /** JSON of FinishedRun (run-store.ts). */
  run: string;
}

export interface RunsTable {
  id: string;
  account_id: string;
  kind: string;
  agent_id: string;
  agent_version: number;
  model: string;
  key_id: string | null;
  user_id: string | null;
  conversation_id: string | null;
  turn_id: string | null;
  status: string;
  error_code: string | null;
  error_message: string | null;
  /** JSON of the run's journal: its events without the deltas. */
  journal: string;
  started_at: number;
  finished_at: number;
}

/** A turn as the Responses API shows it: what it was asked, its events, how it ended. Its items are the turn's. */
export interface ResponsesTable {
  /** Of the turn. */
  id: string;
  account_id: string;
  agent_id: string;
  run_id: string;
  conversation_id: string | null;
  /** queued, in_progress, completed, incomplete, failed, cancelled; deleted: only its id is left, to be refused. */
  status: string;
  background: number;
  /** JSON of what the response repeats of its request. */
  request: string;
  /** JSON of the run's events (runs/recording.ts). */
  recording: string | null;
  /** JSON of usage, error, times. */
  ending: string | null;
  created_at: number;
}
