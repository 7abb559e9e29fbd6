import type { CallableAgent } from '../agents/index.ts';
import type { Payer } from '../billing/index.ts';
import type {
  Annotation,
  FinishReason,
  Item,
  ModelParameters,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from '../models/index.ts';
import type { RunStatus, RunUsage } from './loop/types.ts';

/** Who asks, for the bill and the log. */
export interface Caller {
  readonly payer: Payer;
  readonly keyId: string | null;
  readonly userId: string | null;
}

/** One input to one agent, from whichever API. */
export interface TurnRequest {
  readonly caller: Caller;
  readonly agent: CallableAgent;
  /** The request's messages in order, new and resent ones (see continueThread). */
  readonly items: readonly Item[];
  readonly conversationId?: string | undefined;
  readonly parentTurnId?: string | undefined;
  readonly clientTools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls?: boolean | undefined;
  readonly responseFormat: ResponseFormat;
  readonly parameters: ModelParameters;
  readonly endUser?: string | undefined;
  readonly stream: boolean;
}

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
  /** What the caller is told; set when `failed`, and when the caller went away. */
  readonly error?: Error;
}
