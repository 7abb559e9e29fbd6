import type { Statement } from '../db/index.ts';
import { systemTimers, type Timers } from '../engine/index.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import type { SaveOptions } from '../lib/save-on-newest.ts';
import { Clockwork, CREW_DELETED } from './clockwork.ts';
import type { SchedulesContext } from './context.ts';
import {
  createSchedule,
  deleteSchedule,
  getSchedule,
  runSchedule,
  updateSchedule,
} from './manage-schedules.ts';
import { createScheduleStore } from './store.ts';
import type { Schedule, ScheduleInput, ScheduleUpdate } from './types.ts';

/** How long the clockwork sleeps at most; where other processes write as well it looks for what they changed. */
const LONGEST_SLEEP_MS = 60_000;
const SHARED_SLEEP_MS = 5_000;

export type SchedulesDeps = Omit<SchedulesContext, 'store' | 'timers'> & {
  readonly timers?: Timers | undefined;
};

/** Crews that start by the clock. Verbs on one schedule throw not_found for an id that the account does not have. */
export interface Schedules {
  create(accountId: string, input: ScheduleInput, createdBy: string): Promise<Schedule>;
  list(
    accountId: string,
    filter: { readonly crewId?: string | undefined },
    request: PageRequest,
  ): Promise<Page<Schedule>>;
  get(accountId: string, id: string): Promise<Schedule>;
  /** Throws schedule_changed when `ifSavedAt` is given and somebody has saved since. */
  update(accountId: string, id: string, update: ScheduleUpdate, options?: SaveOptions): Promise<Schedule>;
  /** Throws schedule_changed likewise. */
  remove(accountId: string, id: string, options?: SaveOptions): Promise<void>;
  run(accountId: string, id: string, userId: string): Promise<string>;
  /** The statement that belongs to the deletion of a crew: its schedules are disabled, and say why. */
  disableOfCrew(accountId: string, crewId: string): Statement;
  /** Starts what is due now, then goes on by the clock. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export function createSchedules(deps: SchedulesDeps): Schedules {
  const { db, clock, timers = systemTimers } = deps;
  const store = createScheduleStore(db);
  const context: SchedulesContext = { ...deps, timers, store };
  const clockwork = new Clockwork(context, db.dialect === 'sqlite' ? LONGEST_SLEEP_MS : SHARED_SLEEP_MS);

  return {
    async create(accountId, input, createdBy) {
      const schedule = await createSchedule(context, accountId, input, createdBy);
      void clockwork.look();
      return schedule;
    },
    list: async (accountId, filter, request) => ({
      ...(await store.list(accountId, filter, request)),
      page: request.page,
    }),
    get: (accountId, id) => getSchedule(context, accountId, id),
    async update(accountId, id, update, options) {
      const schedule = await updateSchedule(context, accountId, id, update, options);
      void clockwork.look();
      return schedule;
    },
    remove: (accountId, id, options) => deleteSchedule(context, accountId, id, options),
    run: (accountId, id, userId) => runSchedule(context, accountId, id, userId),
    disableOfCrew: (accountId, crewId) => store.disableOfCrew(accountId, crewId, CREW_DELETED, clock.now()),
    start: () => clockwork.start(),
    close: () => clockwork.close(),
  };
}
