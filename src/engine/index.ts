export { createDbosEngine, type DbosEngineOptions } from './dbos/create-dbos-engine.ts';
export { hasWorkflows, workflowInvariants } from './dbos/invariants.ts';
export { type Dbos, openDbos } from './dbos/open-dbos.ts';
export { schemasOfOthers } from './dbos/schemas-of-others.ts';
export { createEmbeddedEngine, type EmbeddedEngineOptions } from './embedded/create-embedded-engine.ts';
export { engineErrors } from './errors.ts';
export { Interrupt, JobStopped, joinBranches } from './interrupts.ts';
export { engineInvariants } from './invariants.ts';
export { type RetryPolicy, TerminalError } from './retry.ts';
export {
  createInlineSteps,
  type InlineSteps,
  type StepOptions,
  type StepOutcome,
  type Steps,
} from './steps.ts';
export { systemTimers, type Timers } from './timers.ts';
export type {
  EndEffects,
  Engine,
  FinalStatus,
  JobContext,
  JobEnd,
  JobEvent,
  JobFilter,
  JobKind,
  JobListener,
  JobOutcome,
  JobRecord,
  JobStatus,
  JobStepContext,
  JobStepOutcome,
  JobSteps,
  NewJob,
  OpenWait,
  StoredEvent,
  Subscription,
  UnknownOutcomeDecision,
} from './types.ts';
