import type { JsonObject } from '../lib/json.ts';
import type { ToolDefinition } from '../models/types.ts';

/** Whose work a tool does: everything that it may read is bounded by these ids. */
export interface ToolContext {
  readonly accountId: string;
  readonly agentId: string;
  readonly runId: string;
  readonly callId: string;
  /** Equal for every attempt of the same call; sent to HTTP tools as `Idempotency-Key`. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
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
}

export interface Tool extends ToolDefinition {
  readonly category: 'research' | 'data' | 'utility' | 'custom' | 'mcp';
  /**
   * Runs once its arguments have passed the schema. Returns failures as `isError` outcomes in words that help the model;
   * throws only when the run must end (an abort).
   */
  run(args: JsonObject, context: ToolContext): Promise<ToolOutcome>;
  /** What one call costs, nano-dollars. Built-in tools are free. */
  readonly priceNanoUsd: bigint;
}
