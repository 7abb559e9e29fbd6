import type { ModelParameters } from '../models/index.ts';

/** What an agent is. Every saved one is an immutable version. */
export interface AgentConfig {
  readonly name: string;
  readonly description: string;
  /** The system prompt; when empty it is made of role, goal and backstory. */
  readonly instructions: string;
  readonly role: string;
  readonly goal: string;
  readonly backstory: string;
  readonly model: string;
  readonly parameters: ModelParameters;
  readonly tools: readonly string[];
  readonly knowledge: KnowledgeUse;
  /** Model calls in one turn. */
  readonly maxSteps: number;
  /** What one turn may cost; undefined: as much as there is credit. */
  readonly maxCostNanoUsd: bigint | undefined;
  /** What all its calls together may cost in a UTC day or month. */
  readonly dailyLimitNanoUsd: bigint | undefined;
  readonly monthlyLimitNanoUsd: bigint | undefined;
  readonly crewId: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** How an agent uses its documents, `limit` passages at a time. */
export interface KnowledgeUse {
  /** `tool`: the model searches when it wants; `always`: the passages nearest to the message come with every turn. */
  readonly mode: 'tool' | 'always';
  readonly limit: number;
}

/** What a caller may set. What is absent stays as it is; null sets the default. */
export interface AgentInput {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly instructions?: string | null | undefined;
  readonly role?: string | null | undefined;
  readonly goal?: string | null | undefined;
  readonly backstory?: string | null | undefined;
  readonly model?: string | undefined;
  /** Merged one by one; a null takes one away. */
  readonly parameters?:
    | { readonly [K in keyof ModelParameters]: ModelParameters[K] | null | undefined }
    | null
    | undefined;
  readonly tools?: readonly string[] | null | undefined;
  readonly knowledge?:
    | { readonly mode?: KnowledgeUse['mode'] | undefined; readonly limit?: number | undefined }
    | null
    | undefined;
  readonly maxSteps?: number | null | undefined;
  readonly maxCostNanoUsd?: bigint | null | undefined;
  readonly dailyLimitNanoUsd?: bigint | null | undefined;
  readonly monthlyLimitNanoUsd?: bigint | null | undefined;
  readonly crewId?: string | null | undefined;
  /** Replaced as a whole. */
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
}

export interface Agent extends AgentConfig {
  readonly id: string;
  readonly accountId: string;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface AgentSummary {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly crewId: string | undefined;
  readonly dailyLimitNanoUsd: bigint | undefined;
  readonly monthlyLimitNanoUsd: bigint | undefined;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `error`: its model cannot be called any more, such as after its provider was removed. */
export type AgentStatus = 'ready' | 'error';

export interface AgentVersion {
  readonly agentId: string;
  readonly version: number;
  readonly config: AgentConfig;
  readonly createdBy: string | undefined;
  /** The name of that person as it is now, or their address; undefined for who has been removed. */
  readonly createdByName: string | undefined;
  readonly createdAt: number;
}

/** What a call needs of an agent. */
export interface CallableAgent {
  readonly id: string;
  readonly accountId: string;
  readonly version: number;
  readonly config: AgentConfig;
  /** The system prompt; empty when the agent has none. */
  readonly instructions: string;
}

export interface AgentFilters {
  readonly crewId?: string | undefined;
  /** A part of the name, in whatever letters. */
  readonly search?: string | undefined;
  /** Those with a cap of a day or month; false: those without. */
  readonly capped?: boolean | undefined;
}

type MaybePromise<T> = T | Promise<T>;

/** What exists beside agents; answered by the rooms that own it. */
export interface AgentCatalogue {
  /** Can be called now; what an agent's status says. */
  modelExists(accountId: string, model: string): MaybePromise<boolean>;
  /** May be given to an agent though it cannot be called yet; absent: only what can be called. */
  modelKnown?(accountId: string, model: string): MaybePromise<boolean>;
  /** For suggestions; need not be complete. */
  modelNames?(accountId: string): MaybePromise<readonly string[]>;
  toolExists(accountId: string, tool: string): MaybePromise<boolean>;
  toolNames(accountId: string): MaybePromise<readonly string[]>;
  /** Absent: there are no crews, and an agent cannot be put into one. */
  crewExists?(accountId: string, crewId: string): MaybePromise<boolean>;
}
