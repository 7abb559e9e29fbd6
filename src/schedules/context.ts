import type { Executions } from '../crews/index.ts';
import type { Database } from '../db/index.ts';
import type { Timers } from '../engine/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import type { EventOutbox } from '../webhooks/index.ts';
import type { ScheduleStore } from './store.ts';

/** What the verbs of this room share. */
export interface SchedulesContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly timers: Timers;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly store: ScheduleStore;
  readonly executions: Pick<Executions, 'check' | 'startWith'>;
  readonly tell: EventOutbox['tell'];
  /** A time that was missed by no more than this is made up for. */
  readonly catchUpMs: number;
}
