import type { JobStatus } from '../../engine/index.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { ModelParameters } from '../../models/index.ts';
import type { ContextSource } from '../plan/task-graph.ts';
import type { CrewProcess, TaskStatus } from '../types.ts';

/** Who pays for a job; JSON, for it is kept with the job. */
export type PinnedCaller = {
  readonly userId: string | null;
  readonly key: {
    readonly id: string;
    readonly dailyLimitNanoUsd: string | null;
    readonly monthlyLimitNanoUsd: string | null;
  } | null;
};

/** An agent as it was when its job began, its placeholders filled. */
export type PinnedAgent = {
  readonly id: string;
  readonly version: number;
  /** Unique in the job; what traces and coworkers call it. */
  readonly name: string;
  readonly role: string;
  readonly goal: string;
  readonly instructions: string;
  readonly model: string;
  readonly parameters: ModelParameters;
  readonly tools: readonly string[];
  readonly maxSteps: number;
  readonly maxCostNanoUsd: string | null;
  /** Absent in plans of before there were any. */
  readonly dailyLimitNanoUsd?: string | null;
  readonly monthlyLimitNanoUsd?: string | null;
  readonly knowledge: { readonly mode: 'none' | 'tool' | 'always'; readonly limit: number };
};

/** A task as it was when its job began, its placeholders filled. */
export type PinnedTask = {
  readonly id: string;
  /** Empty when it has none. */
  readonly name: string;
  readonly description: string;
  readonly expectedOutput: string;
  /** Null: the manager chooses. */
  readonly agentId: string | null;
  readonly sources: readonly ContextSource[];
  readonly needs: readonly string[];
  readonly humanInput: boolean;
  readonly outputSchema: JsonObject | null;
  readonly guardrail: string | null;
  readonly maxRetries: number;
  readonly tools: readonly string[] | null;
  readonly timeoutMs: number | null;
  /** The output of an earlier job, which stands for doing it. */
  readonly kept: string | null;
};

/** All that a job needs to know of its crew: it goes on with this whatever becomes of the crew. */
export type PinnedJob = {
  readonly crewId: string;
  readonly crewName: string;
  readonly crewDescription: string;
  readonly process: CrewProcess;
  readonly memory: boolean;
  readonly endUser: string;
  readonly maxCostNanoUsd: string | null;
  /** What becomes of the job there: it fails, or waits for a person who may raise it. Absent: it fails. */
  readonly onMaxCost?: 'stop' | 'wait';
  readonly timeoutMs: number | null;
  readonly maxDelegations: number;
  readonly maxDelegationDepth: number;
  /** The manager of a hierarchical crew, else the first agent: whose model draws insights. */
  readonly leader: PinnedAgent;
  readonly agents: readonly PinnedAgent[];
  readonly tasks: readonly PinnedTask[];
  readonly inputs: JsonObject;
  readonly caller: PinnedCaller;
  /** Waits until its batch has room for it. */
  readonly isGated: boolean;
};

export interface ExecutionUsage {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly costNanoUsd: bigint;
}

export interface TaskOutput {
  readonly taskId: string;
  readonly name: string;
  readonly description: string;
  readonly agentId: string | undefined;
  readonly agent: string;
  readonly status: TaskStatus;
  /** The output is that of an earlier job. */
  readonly isKept: boolean;
  /** Ids of the tasks whose outputs it was given; only where one job is asked for. */
  readonly needs?: readonly string[];
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly usage: ExecutionUsage;
}

/** A job of a crew as its owner sees it. */
export interface Execution {
  readonly jobId: string;
  readonly crewId: string;
  /** As the crew is called now. */
  readonly crewName: string;
  readonly batchId: string | undefined;
  readonly rerunOf: string | undefined;
  readonly status: JobStatus;
  /** 100 when completed and only then. */
  readonly progress: number;
  readonly currentTask: string | undefined;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly inputs: JsonObject;
  /** The output of the last task that has one; undefined while the job is open. */
  readonly result: string | undefined;
  readonly tasks: readonly TaskOutput[];
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly usage: ExecutionUsage;
  /** What it may cost; undefined: as much as there is credit. */
  readonly maxCostNanoUsd: bigint | undefined;
}

/** A row of a job's trace; further members say more about its action. */
export type Trace = JsonObject & {
  readonly timestamp: string;
  readonly agent: string;
  readonly action: string;
  readonly result: string;
};

export interface ExecutionFilters {
  readonly crewId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly status?: JobStatus | undefined;
  /** When the job was made: the beginning is part of the period, the end is not. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}
