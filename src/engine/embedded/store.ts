import type { Database, JobsTable } from '../../db/index.ts';
import type { JobStatus } from '../types.ts';
import type { Claim } from './store/claim.ts';
import { claimWrites } from './store/claim-writes.ts';
import { jobReads } from './store/job-reads.ts';
import { jobWrites } from './store/job-writes.ts';
import { logReads } from './store/log-reads.ts';
import { logWrites } from './store/log-writes.ts';

export { CLAIM, type Claim } from './store/claim.ts';

/**
 * `failed`: it threw, and the handler went on with that. `waiting` and `answered`: for a person, whose answer is then the
 * value.
 */
/** `unbegun`: it was to begin, and is known not to have. */
export type StepState = 'started' | 'unbegun' | 'finished' | 'failed' | 'waiting' | 'answered';

export interface QueuedJob extends Claim {
  readonly crashes: number;
}

export interface StepRow {
  readonly name: string;
  readonly scope: string;
  readonly position: number;
  readonly state: StepState;
  readonly attempts: number;
}

export type EngineStore = ReturnType<typeof createEngineStore>;

/**
 * The engine's SQL. Statements on a running job carry its epoch in their WHERE. The few queries that name no account
 * are the scheduler's, which serves all of them; nothing of theirs reaches a caller.
 */
export function createEngineStore(db: Database) {
  return { ...jobWrites(db), ...claimWrites(db), ...jobReads(db), ...logWrites(db), ...logReads(db) };
}

/** The column holds nothing else. */
export function jobStatusOf(row: Pick<JobsTable, 'status'>): JobStatus {
  return row.status as JobStatus;
}
