import type { Agents } from '../../agents/index.ts';
import type { Database, Statement } from '../../db/index.ts';
import type { Engine, JobContext } from '../../engine/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { FaultPoints } from '../../lib/fault-points.ts';
import type { Ids } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Memory } from '../../memory/index.ts';
import type { CallableModel, Meter, RunObserver, ToolRunner } from '../../runs/index.ts';
import type { Passage, Tool } from '../../tools/index.ts';
import type { EventOutbox } from '../../webhooks/index.ts';
import type { Crews } from '../create-crews.ts';
import type { ExecutionStore } from './execution-store.ts';
import type { JobMeter } from './job-meter.ts';
import type { JobProgress } from './job-progress.ts';
import type { PinnedJob } from './types.ts';
import type { WorkClock } from './work-clock.ts';

/** Told of jobs that have come to their end in this process; `error` is a code. */
export type WorkflowObserver = (job: {
  readonly jobId: string;
  readonly crewId: string;
  readonly crewName: string;
  readonly startedAt: number;
  readonly error: string | undefined;
}) => void;

export interface ExecutionsDependencies {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly engine: Engine;
  readonly faults: FaultPoints;
  readonly agents: Agents;
  readonly crews: Crews;
  readonly memory: Memory;
  readonly meter: Meter;
  readonly tools: ToolRunner & {
    /** The tools of these names that the account has; unknown ones are left out. */
    find(accountId: string, names: readonly string[]): Promise<Tool[]>;
  };
  readonly knowledge: {
    hasDocuments(accountId: string, agentId: string): Promise<boolean>;
    search(accountId: string, agentId: string, query: string, limit: number): Promise<readonly Passage[]>;
  };
  /** Throws model_not_configured or model_without_price. */
  readonly models: { callable(accountId: string, model: string): Promise<CallableModel> };
  /** Prefix of the addresses in citations. */
  readonly consoleUrl: string;
  /** What a batch that starts jobs of the account ends with, so that no more run than may. */
  readonly boundJobs: (accountId: string) => Promise<{
    readonly statements: readonly Statement[];
    refused(guard: string): Error | undefined;
  }>;
  readonly observe?: RunObserver | undefined;
  readonly observeWorkflow?: WorkflowObserver | undefined;
  /** The statements that keep an event for whoever is to be told. */
  readonly tell: EventOutbox['tell'];
  /** Before a model call that failed for reasons that pass is made again, one entry a try. */
  readonly retryDelaysMs?: readonly number[];
}

/** What all work of one job shares in this process. */
export interface JobScope {
  readonly deps: ExecutionsDependencies;
  readonly store: ExecutionStore;
  readonly job: JobContext;
  readonly plan: PinnedJob;
  readonly meter: JobMeter;
  readonly progress: JobProgress;
  /** Of the whole job. */
  readonly clock: WorkClock;
}
