import type { Hold, HoldRequest, Payer, UsageIncrement, UsageSubject } from '../../billing/index.ts';
import type { Statement } from '../../db/index.ts';
import type {
  ChatModel,
  FinishReason,
  Item,
  ModelInfo,
  ModelParameters,
  ModelPrice,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from '../../models/index.ts';
import type { Passage, Tool, ToolContext, ToolOutcome } from '../../tools/index.ts';
import type { RunEvent } from '../events.ts';

/** A model that an account may call now, with what it will cost. */
export interface CallableModel {
  readonly chat: ChatModel;
  readonly info: ModelInfo;
  readonly price: ModelPrice;
  /** It answers as its crew is set up, whatever tools and format a request has. */
  readonly isCrew?: true;
}

/** What the loop needs of the billing room. */
export interface Meter {
  hold(request: HoldRequest): Promise<Hold>;
  settle(charge: {
    hold: Hold;
    costNanoUsd: bigint;
    reason: string;
    price: Readonly<Record<string, string>>;
  }): Statement[];
  release(hold: Hold): Statement[];
  /** Releases at once; for a call whose step leaves nothing behind. */
  giveBack(hold: Hold): Promise<void>;
  recordUsage(subject: UsageSubject, increment: UsageIncrement): Statement;
}

/** For runs that nobody takes up again. */
export interface InlineMeter extends Meter {
  /** For what a call was to leave, when the batch that it was part of has not been written. */
  settleLater(statements: readonly Statement[]): void;
}

/** What the loop needs of the tools room. */
export interface ToolRunner {
  runTool(tool: Tool, rawArguments: string, context: ToolContext): Promise<ToolOutcome>;
}

/** Everything that is fixed about one agent's answering of one input. */
export interface AgentTask {
  readonly runId: string;
  readonly agentId: string;
  readonly subject: UsageSubject;
  readonly payer: Payer;
  readonly model: CallableModel;
  readonly instructions: string;
  readonly items: readonly Item[];
  readonly serverTools: readonly Tool[];
  readonly clientTools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice;
  /** Calls of other tools are refused, although the model is shown them; undefined: all may be called. */
  readonly allowedTools?: readonly string[] | undefined;
  /** Calls of whatever tool in the whole run; further ones are refused. */
  readonly maxToolCalls?: number | undefined;
  readonly parallelToolCalls?: boolean | undefined;
  /** Whether the caller takes one call of its tools at a time; further ones of an answer are refused. */
  readonly oneClientCall?: boolean | undefined;
  readonly responseFormat: ResponseFormat;
  readonly parameters: ModelParameters;
  readonly maxSteps: number;
  /** Whether the model's words are wanted as they come. */
  readonly stream: boolean;
  /**
   * Whether the request's format and forced tool are promises: an answer that breaks its format is asked for once more,
   * then the run fails. Without it the model's word is passed on as it is.
   */
  readonly enforce: boolean;
  readonly maxCostNanoUsd?: bigint | undefined;
  /** What this run and others beside it may spend now, asked before each call; see Meter.hold, which counts it. */
  readonly sharedLeftNanoUsd?: (() => bigint | undefined) | undefined;
  /** Whether others hold a part of it that they may give back. */
  readonly isSharedBusy?: (() => boolean) | undefined;
  /**
   * Asked, in the order of the run's steps, when that does not pay for what comes next: resolves to whether there is
   * more of it now, so that it is worth another look. `place` is unique in the run; `isBusy`: as in isSharedBusy, then.
   * Without it the run ends there.
   */
  readonly raiseShared?: ((place: string, isBusy: boolean) => Promise<boolean>) | undefined;
  /** Passages already given to the model with the instructions; tools number theirs after these. */
  readonly passages: readonly Passage[];
}

export interface RunUsage {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly estimated: boolean;
  readonly costNanoUsd: bigint;
}

export type RunStatus = 'completed' | 'incomplete' | 'failed';

/** What cut an answer short. */
export type RunBound = 'max_output_tokens' | 'content_filter' | 'max_steps' | 'max_cost_usd' | 'stopped';

/** How an agent's work ended. Failures are values here, because what was done until then is kept and billed. */
export interface AgentResult {
  readonly status: RunStatus;
  /** What was made, in order; the last message's text carries the citations. */
  readonly output: readonly Item[];
  readonly finishReason: FinishReason;
  readonly usage: RunUsage;
  readonly warnings: readonly string[];
  /** Set when `incomplete`. */
  readonly bound?: RunBound;
  /** Whether a tool may have changed something outside: running the same input again might do it twice. */
  readonly mayHaveActed: boolean;
  /** What the caller is told; set when `failed`, and when `incomplete` because the caller went away. */
  readonly error?: Error;
}

type ObservedRun = Pick<AgentTask, 'runId' | 'agentId' | 'model'>;

/** Watches the runs of this process. */
export interface RunObserver {
  /** What has just been done; not what a finished step says again. */
  event(run: ObservedRun, event: RunEvent): void;
  ended?(run: ObservedRun, result: AgentResult, startedAt: number): void;
}
