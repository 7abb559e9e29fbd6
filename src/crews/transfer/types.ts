import type { WholeCrewInput } from '../types.ts';

/** Files of a crew by their paths, as CrewAI has them. */
export type CrewFiles = Readonly<Record<string, string>>;

export interface ImportOptions {
  /** Goes before what the files say. */
  readonly name?: string | undefined;
  readonly process?: 'sequential' | 'hierarchical' | undefined;
  /** For agents that name no model, or one that can not be called here. */
  readonly model?: string | undefined;
  readonly modelExists: (model: string) => boolean | Promise<boolean>;
  readonly modelIsCallable: (model: string) => boolean | Promise<boolean>;
  readonly toolExists: (tool: string) => boolean | Promise<boolean>;
}

export interface ReadCrew {
  readonly input: WholeCrewInput;
  /** What of the files was not carried over, or what was taken instead: a sentence each, place first. */
  readonly unsupported: readonly string[];
}

/** One agent or task of the files: its key, its fields, and where it stands. */
export interface Entry {
  readonly key: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly place: string;
}

/** The files, before it is looked at what their fields mean. */
export interface CrewSource {
  readonly crew: Readonly<Record<string, unknown>>;
  readonly agents: readonly Entry[];
  readonly tasks: readonly Entry[];
  /** Where the program beside the files speaks of something that they do not have. */
  readonly strays: readonly string[];
}
