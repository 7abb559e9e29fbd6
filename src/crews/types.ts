import type { Agent, AgentInput, AgentStatus } from '../agents/index.ts';
import type { JsonObject } from '../lib/json.ts';

export type CrewProcess = 'sequential' | 'hierarchical';

/** What a crew is, beside its agents and tasks. */
export interface CrewConfig {
  readonly name: string;
  readonly description: string;
  readonly process: CrewProcess;
  /** Of the manager of a hierarchical crew; undefined: the first agent's. */
  readonly managerModel: string | undefined;
  /** False: no memory is read or written, and no model is asked for any. */
  readonly memory: boolean;
  /** What one job may cost; undefined: as much as there is credit. */
  readonly maxCostNanoUsd: bigint | undefined;
  /** What becomes of a job that would cost more: it fails, or waits until a person raises the bound. */
  readonly onMaxCost: 'stop' | 'wait';
  /** How long one job may work, waits for people not counted; undefined: no bound. */
  readonly timeoutMs: number | undefined;
  /** Pieces of work that a manager may hand out for one task. */
  readonly maxDelegations: number;
  /** How far work may be handed on: 1 = from the manager to an agent and no further. */
  readonly maxDelegationDepth: number;
  /** For placeholders that a job's inputs leave out. */
  readonly inputs: JsonObject;
}

export interface CrewSummary {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: CrewStatus;
  readonly agentsCount: number;
  readonly createdAt: number;
}

/** `active`: there is an agent and a task, so a job can be started. */
export type CrewStatus = 'configuring' | 'active';

export interface Crew extends CrewConfig {
  readonly id: string;
  readonly accountId: string;
  /** Ids in the order in which they were given; agents that joined the crew by themselves follow. */
  readonly agentOrder: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a caller may set. What is absent stays as it is; null sets the default. */
export type CrewInput = {
  readonly [Key in keyof CrewConfig]?: CrewConfig[Key] | null | undefined;
};

export interface TaskConfig {
  /** Empty: the task is known by its id alone. Unique in its crew. */
  readonly name: string;
  readonly description: string;
  readonly expectedOutput: string;
  /**
   * Undefined: the outputs of all earlier tasks. Else each entry is the output of the task with this id or name, or,
   * when the crew has none, a text of its own.
   */
  readonly context: readonly string[] | undefined;
  /** Runs beside the `async` tasks next to it. */
  readonly async: boolean;
  /** Its output counts once a person has approved it. */
  readonly humanInput: boolean;
  /** JSON Schema that the output must fit. */
  readonly outputSchema: JsonObject | undefined;
  /** In words, what the output must be like; a model judges. */
  readonly guardrail: string | undefined;
  /** How often an output that schema or guardrail refuses is asked for again. */
  readonly maxRetries: number;
  /** Instead of the agent's own. */
  readonly tools: readonly string[] | undefined;
  /** How long it may work; undefined: no bound of its own. */
  readonly timeoutMs: number | undefined;
}

export type TaskInput = {
  readonly [Key in keyof TaskConfig]?: TaskConfig[Key] | null | undefined;
} & {
  readonly crewId?: string | null | undefined;
  readonly agentId?: string | null | undefined;
};

export interface Task extends TaskConfig {
  readonly id: string;
  readonly accountId: string;
  readonly crewId: string | undefined;
  /** Undefined: whoever the manager chooses, or the crew's only agent. */
  readonly agentId: string | undefined;
  /** Its place in the crew, from 0. */
  readonly position: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type TaskStatus =
  /** No job has had it yet. */
  'created' | 'pending' | 'running' | 'waiting_for_input' | 'completed' | 'failed' | 'stopped';

export interface TaskFilters {
  readonly crewId?: string | undefined;
  readonly agentId?: string | undefined;
}

/** A crew with all that belongs to it. */
export interface WholeCrew {
  readonly crew: Crew;
  readonly status: CrewStatus;
  readonly agents: readonly (Agent & { readonly status: AgentStatus })[];
  readonly tasks: readonly TaskWithStatus[];
}

export type TaskWithStatus = Task & { readonly status: TaskStatus };

/** An agent of a crew's request: a new one, or with `id` one that there is and that is changed. */
export type CrewAgentInput = AgentInput & { readonly id?: string | undefined };

export type CrewTaskInput = TaskInput & {
  readonly id?: string | undefined;
  /** The crew's agent that does it: its role, name, id, or place among the agents from 0. */
  readonly agent?: string | number | undefined;
};

/** Agents and tasks replace those that there are; absent they stay. */
export type WholeCrewInput = CrewInput & {
  readonly agents?: readonly CrewAgentInput[] | undefined;
  readonly tasks?: readonly CrewTaskInput[] | undefined;
};

/** A placeholder of a crew and where it stands. */
export interface CrewPlaceholder {
  readonly name: string;
  readonly isRequired: boolean;
  readonly defaultValue: JsonObject[string] | undefined;
  /** Names of the agents and tasks whose texts it is in. */
  readonly usedBy: readonly string[];
}
