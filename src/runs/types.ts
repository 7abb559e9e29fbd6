import type { CallableAgent } from '../agents/index.ts';
import type { Payer } from '../billing/index.ts';
import type { Database, Owner, Statement } from '../db/index.ts';
import type { JobContext, JobOutcome, Timers } from '../engine/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type {
  Annotation,
  FinishReason,
  Item,
  ModelParameters,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from '../models/index.ts';
import type { Passage, Tool } from '../tools/index.ts';
import type { EventOutbox } from '../webhooks/index.ts';
import type { CompactedThread, CompactRequest } from './compaction/compact-thread.ts';
import type { RunSink } from './events.ts';
import type {
  CallableModel,
  InlineMeter,
  RunBound,
  RunObserver,
  RunStatus,
  RunUsage,
  ToolRunner,
} from './loop/types.ts';
import type { ResponseStore } from './responses/response-store.ts';
import type { PastRun } from './run-store.ts';
import type { ThreadBrowser } from './threads/browse-threads.ts';
import type { ThreadEditor } from './threads/edit-threads.ts';
import type { ThreadStore } from './threads/thread-store.ts';
import type { Turn } from './threads/types.ts';

/** Who asks, for the bill and the log. */
export interface Caller {
  readonly payer: Payer;
  readonly keyId: string | null;
  readonly userId: string | null;
  /** The agents whose conversations the caller may go on with; undefined: all of the account's. */
  readonly agentIds?: readonly string[] | undefined;
}

/** A thread that the caller keeps itself, such as on its connection. The first `storedCount` turns are on disk too. */
export interface MemoryThread {
  readonly turns: readonly Turn[];
  readonly storedCount: number;
}

/** One input to one agent, from whichever API. */
export interface TurnRequest {
  readonly caller: Caller;
  readonly agent: CallableAgent;
  /** The request's messages in order. */
  readonly items: readonly Item[];
  /** `recognise` (default): items may repeat what is stored (see continueThread). `append`: all of them are new. */
  readonly continues?: 'recognise' | 'append';
  readonly conversationId?: string | undefined;
  readonly parentTurnId?: string | undefined;
  /** A turn that was prepared before and is taken up again: it keeps its ids, and continues `parentTurnId` or nothing. */
  readonly as?: { readonly uid: string; readonly conversationId: string; readonly createdAt: number };
  /** Goes before conversation and parent. */
  readonly memory?: MemoryThread | undefined;
  /** Added to the agent's own, for this turn only. */
  readonly instructions?: string | undefined;
  /** False: nothing of what was said is kept; the run and its bill are. */
  readonly store?: boolean;
  /** `auto`: the oldest turns are left out when the model's window is too small. Else that is an error. */
  readonly truncation?: 'auto' | 'disabled';
  /** See AgentTask. */
  readonly allowedTools?: readonly string[] | undefined;
  readonly maxToolCalls?: number | undefined;
  readonly enforce?: boolean;
  readonly clientTools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls?: boolean | undefined;
  readonly oneClientCall?: boolean;
  readonly responseFormat: ResponseFormat;
  readonly parameters: ModelParameters;
  readonly endUser?: string | undefined;
  /** For a crew: the inputs of its job; undefined: the last user message, as `message`. */
  readonly inputs?: JsonObject | undefined;
  readonly stream: boolean;
}

/** Of a request, what a crew behind the interface of a model is told, and what it says that it does not use. */
export type ModelRequest = Pick<TurnRequest, 'caller' | 'endUser' | 'inputs'> &
  Partial<Pick<TurnRequest, 'parameters' | 'toolChoice' | 'maxToolCalls' | 'parallelToolCalls'>>;

/** The ids of a turn, known before it runs. `uid` is what its message, response and completion ids are made of. */
export interface TurnIds {
  readonly uid: string;
  readonly runId: string;
  readonly conversationId: string;
}

/** A turn that has been answered and is on disk. */
export interface TurnOutcome extends TurnIds {
  readonly status: RunStatus;
  readonly output: readonly Item[];
  readonly finishReason: FinishReason;
  readonly usage: RunUsage;
  readonly annotations: readonly Annotation[];
  readonly warnings: readonly string[];
  /** Set when `incomplete`. */
  readonly bound?: RunBound;
  /** Whether running the same input again might change something outside a second time. */
  readonly mayHaveActed: boolean;
  /** What the caller is told; set when `failed`, and when the caller went away. */
  readonly error?: Error;
}

export interface RunsDeps {
  readonly db: Database;
  /** This process, as it marks what it is answering. */
  readonly owner: Owner;
  readonly timers?: Timers | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly meter: InlineMeter;
  readonly tools: ToolRunner & {
    /** The tools of these names that the account has; unknown ones are left out. */
    find(accountId: string, names: readonly string[]): Promise<Tool[]>;
  };
  readonly knowledge: {
    hasDocuments(accountId: string, agentId: string): Promise<boolean>;
    search(accountId: string, agentId: string, query: string, limit: number): Promise<readonly Passage[]>;
  };
  /** Throws model_not_configured or model_without_price. */
  readonly models: {
    callable(accountId: string, model: string, request: ModelRequest): Promise<CallableModel>;
  };
  /** The statements that remove a background response's job with its log. */
  readonly forgetJob: (accountId: string, jobId: string) => readonly Statement[];
  /** Prefix of the addresses in citations. */
  readonly consoleUrl: string;
  readonly observe?: RunObserver | undefined;
  /** The statements that keep an event for whoever is to be told. */
  readonly tell: EventOutbox['tell'];
}

/** A turn that has passed every check and can run. Running it may still be refused for credit. */
export interface PreparedTurn {
  readonly ids: TurnIds;
  readonly createdAt: number;
  /** What its first model call will be charged for as input, estimated upwards. */
  promptTokens(): number;
  run(emit: RunSink, signal: AbortSignal, options?: RunOptions): Promise<TurnOutcome>;
  /**
   * Runs as a job that survives its process. Its events go to the job's log (see toRunEvent); what is to be written goes
   * with the job's end. Rejects when the job is interrupted.
   */
  runDurably(
    job: Pick<JobContext, 'steps' | 'signal'>,
    alsoKeep: NonNullable<RunOptions['alsoKeep']>,
  ): Promise<JobOutcome>;
  /** The request in the form in which the same turn can be prepared again, in another process too. */
  pinned(): TurnRequest;
  /** The thread with this turn, for callers that keep it themselves. `isStored`: the turn has been kept as well. */
  remember(outcome: Pick<TurnOutcome, 'status' | 'output'>, isStored: boolean): MemoryThread;
}

export interface RunOptions {
  /** Awaited between the provider's chunks, so that a slow reader slows the provider. */
  readonly ready?: (() => Promise<void> | undefined) | undefined;
  /** Written in one batch with the turn, so that none is there without the other. */
  readonly alsoKeep?: ((outcome: TurnOutcome) => readonly Statement[]) | undefined;
}

export interface Runs {
  readonly threads: ThreadStore & ThreadBrowser & ThreadEditor;
  readonly responses: ResponseStore;
  /**
   * Checks a turn and gathers what it needs. Throws conversation_not_found, message_not_found, nothing_to_answer,
   * tool_results_missing, model_not_configured, model_without_price; nothing is spent or stored by then.
   */
  prepareTurn(request: TurnRequest): Promise<PreparedTurn>;
  /** A run that has ended, with its journal. */
  findRun(accountId: string, runId: string): Promise<PastRun | undefined>;
  /** Writes statements that the stores of this room have made: all or none. */
  keep(statements: readonly Statement[]): Promise<void>;
  /** Keeps the questions that processes which have died left unanswered, as turns that failed. Returns how many. */
  recoverBegun(): Promise<number>;
  /** See compactThread. */
  compact(request: CompactRequest, signal: AbortSignal): Promise<CompactedThread>;
}
