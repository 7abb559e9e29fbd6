export { createRuns, type PreparedTurn, type Runs, type RunsDeps } from './create-runs.ts';
export { runErrors } from './errors.ts';
export type { RunEvent, RunSink } from './events.ts';
export type { CallableModel, RunUsage } from './loop/types.ts';
export { joinAnswer } from './threads/continue-thread.ts';
export type { Conversation, Turn } from './threads/types.ts';
export type { Caller, TurnIds, TurnOutcome, TurnRequest } from './types.ts';
