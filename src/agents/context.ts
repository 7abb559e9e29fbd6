import type { Database } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { CallableCache } from './callable-cache.ts';
import type { AgentStore } from './store.ts';
import type { AgentCatalogue } from './types.ts';

/** What the verbs of this room share. */
export interface AgentsContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly catalogue: AgentCatalogue;
  readonly store: AgentStore;
  readonly callables: CallableCache;
}
