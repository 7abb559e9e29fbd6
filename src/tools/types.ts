import type { JsonObject } from '../lib/json.ts';
import type { ToolDefinition } from '../models/index.ts';

/** Whose work a tool does: everything that it may read is bounded by these ids. */
export interface ToolContext {
  readonly accountId: string;
  readonly agentId: string;
  readonly runId: string;
  readonly callId: string;
  /** Equal for every attempt of the same call; sent to HTTP tools as `Idempotency-Key`. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  /** Number of the first passage that this call may quote, so that several searches of a run count on. Default 1. */
  readonly firstPassageNumber?: number;
  /** Hosts that `http_request` may reach for this agent, beside those of the server. */
  readonly allowedHosts?: readonly string[];
}

/** A passage of a document that a tool found, for citations. Offsets are into the document's extracted text. */
export interface Passage {
  readonly documentId: string;
  readonly documentName: string;
  readonly heading: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

export interface ToolOutcome {
  /** What the model reads. */
  readonly output: string;
  readonly isError: boolean;
  /** Passages that `output` quotes, in the order of their numbers there. */
  readonly passages?: readonly Passage[];
  /** False: nothing was asked of whoever does the work, so nothing is billed. */
  readonly wasCalled?: false;
}

/**
 * What a call may change outside. `none`: nothing, it can be made again. `idempotent`: the same idempotency key changes it
 * once. `unknown`: it must not be made again before somebody has looked whether it took effect.
 */
export type ToolEffects = 'none' | 'idempotent' | 'unknown';

export interface Tool extends ToolDefinition {
  readonly category: 'research' | 'data' | 'utility' | 'custom' | 'mcp';
  /**
   * Runs once its arguments have passed the schema. Returns failures as `isError` outcomes in words that help the model;
   * throws only when the run must end (an abort).
   */
  run(args: JsonObject, context: ToolContext): Promise<ToolOutcome>;
  /** What one call costs, nano-dollars. Built-in tools are free. */
  readonly priceNanoUsd: bigint;
  /** Absent: none. A function where it depends on the arguments, as the model wrote them. */
  readonly effects?: ToolEffects | ((argumentsText: string) => ToolEffects);
  /** Whether a call leaves this server: in a sandbox it is answered by simulateTool instead. Absent: it does not. */
  readonly isRemote?: boolean;
  /** What whoever runs the server has to set before it does anything; absent: nothing. */
  readonly needs?: string;
  /** Of the custom tool, or of the MCP server that it comes from. */
  readonly sourceId?: string;
}

interface DocumentText {
  readonly id: string;
  readonly name: string;
  /** The part that was asked for. */
  readonly text: string;
  /** Of the whole document, in UTF-16 units. */
  readonly totalLength: number;
}

/** What the tools need of the agent's documents; the knowledge room provides it. */
export interface KnowledgePort {
  /** The best passages first. */
  search(
    accountId: string,
    agentId: string,
    query: string,
    limit: number,
    signal?: AbortSignal,
  ): Promise<readonly Passage[]>;
  /** Offset and limit count UTF-16 units. Undefined when the agent has no such document. */
  readDocument(
    accountId: string,
    agentId: string,
    nameOrId: string,
    range: { readonly offset: number; readonly limit: number },
  ): Promise<DocumentText | undefined>;
  listDocuments(
    accountId: string,
    agentId: string,
  ): Promise<readonly { readonly id: string; readonly name: string; readonly status: string }[]>;
}
