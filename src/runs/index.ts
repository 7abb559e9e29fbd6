export { buildInstructions } from './build-instructions.ts';
export { createRuns } from './create-runs.ts';
export { runErrors } from './errors.ts';
export type { RunEvent, RunSink } from './events.ts';
export { runInvariants } from './invariants.ts';
export { toRunEvent } from './job-log.ts';
export type { JournalRow } from './journal.ts';
export { checkAnswer } from './loop/check-answer.ts';
export { type LoopDeps, runAgent } from './loop/run-agent.ts';
export type {
  AgentResult,
  AgentTask,
  CallableModel,
  Meter,
  RunBound,
  RunObserver,
  RunUsage,
  ToolRunner,
} from './loop/types.ts';
export { RunRecording } from './recording.ts';
export type { StoredResponse } from './responses/response-store.ts';
export { createRunStatistics, type RunStatistics } from './run-statistics.ts';
export type { PastRun } from './run-store.ts';
export { joinAnswer } from './threads/continue-thread.ts';
export { type ItemKind, itemId, itemIds, withItemIds } from './threads/item-ids.ts';
export type { FoundWords } from './threads/search-threads.ts';
export type { Conversation, StoredItem, Turn } from './threads/types.ts';
export type {
  Caller,
  ModelRequest,
  PreparedTurn,
  Runs,
  RunsDeps,
  TurnIds,
  TurnOutcome,
  TurnRequest,
} from './types.ts';
