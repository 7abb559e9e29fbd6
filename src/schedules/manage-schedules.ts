import { commonErrors } from '../lib/errors.ts';
import { isAsRead, type SaveOptions, saveOnNewest, timeOfSave } from '../lib/save-on-newest.ts';
import type { SchedulesContext } from './context.ts';
import { checkTimes } from './cron.ts';
import { scheduleErrors } from './errors.ts';
import type { Schedule, ScheduleInput, ScheduleUpdate } from './types.ts';

const MAX_SCHEDULES = 200;
const UTC = 'UTC';

/** Throws the 400 that starting the crew with these inputs would, and schedule_limit_reached. */
export async function createSchedule(
  context: SchedulesContext,
  accountId: string,
  input: ScheduleInput,
  createdBy: string,
): Promise<Schedule> {
  const { store, ids, clock, db } = context;
  const { total } = await store.list(accountId, {}, { page: 1, limit: 1 });
  if (total >= MAX_SCHEDULES) {
    throw scheduleErrors.schedule_limit_reached(`An account has at most ${MAX_SCHEDULES} schedules.`);
  }
  const now = clock.now();
  const { crewId, inputs, cron, timezone = UTC, isEnabled = true, name = '' } = input;
  const nextAt = checkTimes(cron, timezone, now);
  await context.executions.check(accountId, { crewId, inputs, caller: { userId: createdBy, key: null } });
  const schedule: Schedule = {
    ...{ id: ids.next('sched_'), accountId, crewId, name, inputs, cron, timezone, isEnabled },
    ...{ disabledReason: undefined, nextRunAt: isEnabled ? nextAt : undefined },
    ...{ lastRunAt: undefined, lastJobId: undefined, lastError: undefined, lastMissedAt: undefined },
    ...{ createdBy, createdAt: now, updatedAt: now },
  };
  await db.write([store.insert(schedule)]);
  return schedule;
}

/** Throws not_found, and schedule_changed when somebody has saved it since `ifSavedAt`. */
export async function getSchedule(
  { store }: Pick<SchedulesContext, 'store'>,
  accountId: string,
  id: string,
  options: SaveOptions = {},
): Promise<Schedule> {
  const schedule = await store.find(accountId, id);
  if (!schedule) throw scheduleNotFound(id);
  if (!isAsRead(schedule, options)) throw scheduleChanged();
  return schedule;
}

/**
 * The next time is counted from now: what was due before a change is not made up for. Changes that are made at once are
 * all kept, those that say what they were made to only where it is still so (schedule_changed).
 */
export function updateSchedule(
  context: SchedulesContext,
  accountId: string,
  id: string,
  update: ScheduleUpdate,
  options: SaveOptions = {},
): Promise<Schedule> {
  return saveOnNewest(() => mergeSchedule(context, accountId, id, update, options));
}

async function mergeSchedule(
  context: SchedulesContext,
  accountId: string,
  id: string,
  update: ScheduleUpdate,
  options: SaveOptions,
): Promise<Schedule | undefined> {
  const current = await getSchedule(context, accountId, id, options);
  const { clock, executions, db, store } = context;
  const now = clock.now();
  const changed = {
    ...current,
    crewId: update.crewId ?? current.crewId,
    name: update.name ?? current.name,
    inputs: update.inputs ?? current.inputs,
    cron: update.cron ?? current.cron,
    timezone: update.timezone ?? current.timezone,
    isEnabled: update.isEnabled ?? current.isEnabled,
    updatedAt: timeOfSave(now, current),
  };
  const nextAt = checkTimes(changed.cron, changed.timezone, now);
  const { crewId, inputs, isEnabled } = changed;
  if (isEnabled || update.inputs !== undefined || update.crewId !== undefined) {
    await executions.check(accountId, { crewId, inputs, caller: { userId: current.createdBy, key: null } });
  }
  const saved: Schedule = {
    ...changed,
    nextRunAt: isEnabled ? nextAt : undefined,
    disabledReason: isEnabled ? undefined : current.disabledReason,
  };
  const written = await db.write([store.update(current, saved)]);
  return written.ok ? saved : undefined;
}

/** Throws as getSchedule does. */
export async function deleteSchedule(
  context: SchedulesContext,
  accountId: string,
  id: string,
  options: SaveOptions = {},
): Promise<void> {
  const { db, store } = context;
  const written = await db.write([store.remove(accountId, id, options)]);
  if (written.ok) return;
  await getSchedule(context, accountId, id, options);
  throw scheduleNotFound(id);
}

/** Starts the crew at once, enabled or not; its times stay as they are. Resolves to the job's id. */
export async function runSchedule(
  context: SchedulesContext,
  accountId: string,
  id: string,
  userId: string,
): Promise<string> {
  const schedule = await getSchedule(context, accountId, id);
  const { ids, clock, store, executions } = context;
  const { crewId, inputs } = schedule;
  const jobId = ids.next('job_');
  const caller = { userId, key: null };
  const along = [store.ranNow(schedule, jobId, clock.now())];
  const outcome = await executions.startWith(accountId, jobId, { crewId, inputs, caller }, along);
  if (outcome === 'refused') throw scheduleNotFound(id);
  return jobId;
}

function scheduleNotFound(id: string) {
  return commonErrors.not_found(`There is no schedule '${id}'.`);
}

function scheduleChanged() {
  return scheduleErrors.schedule_changed(
    'Somebody else has saved this schedule since it was read. Read it again (GET), repeat the change, and send the new ETag in If-Match.',
  );
}
