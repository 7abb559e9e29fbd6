import type { Agents } from '../agents/index.ts';
import type { Database, Statement } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { SchemaChecker } from '../tools/index.ts';
import type { CrewStore } from './store.ts';

type MaybePromise<T> = T | Promise<T>;

/** What exists beside crews; answered by the rooms that own it. */
export interface CrewCatalogue {
  modelExists(accountId: string, model: string): MaybePromise<boolean>;
  /** Whether it can be called as things are: its provider is set up, its price known. */
  modelIsCallable(accountId: string, model: string): MaybePromise<boolean>;
  toolExists(accountId: string, tool: string): MaybePromise<boolean>;
}

/** What the verbs of this room share. */
export interface CrewsContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly agents: Agents;
  readonly catalogue: CrewCatalogue;
  /** The statements that belong to the deletion of a crew in other rooms. */
  readonly alongDeletion: (accountId: string, crewId: string) => readonly Statement[];
  readonly store: CrewStore;
  readonly schemas: SchemaChecker;
}
