export { type Crews, type CrewsDependencies, createCrews } from './create-crews.ts';
export { crewErrors } from './errors.ts';
export { MAX_COST_WAIT } from './execution/ask-for-more.ts';
export { crewError, platformCodeOf } from './execution/codes.ts';
export { createExecutions } from './execution/create-executions.ts';
export type { ExecutionsDependencies, WorkflowObserver } from './execution/deps.ts';
export type { Batch, Executions, StartedJob } from './execution/executions.ts';
export { jobFrame } from './execution/job-frame.ts';
export type {
  Execution,
  ExecutionFilters,
  ExecutionUsage,
  PinnedCaller,
  TaskOutput,
  Trace,
} from './execution/types.ts';
export {
  type CrewOutcomes,
  createExecutionStatistics,
  type ExecutionStatistics,
} from './execution-statistics.ts';
export { crewInvariants } from './invariants.ts';
export { type CrewState, revisionOf } from './revision.ts';
export type * from './types.ts';
