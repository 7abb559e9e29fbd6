import type { CallableAgent } from '../agents/index.ts';
import type { Payer } from '../billing/index.ts';
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
import type { RunBound, RunStatus, RunUsage } from './loop/types.ts';
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
