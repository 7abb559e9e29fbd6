import { sql } from 'kysely';
import type { Database, SchedulesTable, Statement } from '../db/index.ts';
import { isJsonObject, type JsonObject } from '../lib/json.ts';
import { type PageRequest, pageOffset } from '../lib/page.ts';
import type { SaveOptions } from '../lib/save-on-newest.ts';
import type { DueSchedule, Schedule } from './types.ts';

/** A guard that refuses when the row is gone, or, where a change is saved, was changed since it was read. */
const SCHEDULE = 'schedule exists';
/** A guard that refuses when somebody else has seen to this time, or the schedule was changed. */
const STILL_DUE = 'schedule is due';

export type ScheduleStore = ReturnType<typeof createScheduleStore>;

/** The few queries that name no account are the clockwork's, which serves all of them. */
export function createScheduleStore(db: Database) {
  const atItsTime = ({ id, accountId, nextRunAt }: DueSchedule) =>
    db.build
      .updateTable('schedules')
      .where('id', '=', id)
      .where('account_id', '=', accountId)
      .where('next_run_at', '=', nextRunAt)
      .where('is_enabled', '=', 1);

  return {
    insert: (schedule: Schedule): Statement =>
      db.statement(db.build.insertInto('schedules').values(toColumns(schedule))),

    /** Without what the clockwork writes; only as it was read, and not started since: it would start for that time again. */
    update({ updatedAt: readAt, nextRunAt: readNext }: Schedule, schedule: Schedule): Statement {
      const { id, account_id, name, inputs, cron, timezone, is_enabled, disabled_reason, ...rest } =
        toColumns(schedule);
      const { crew_id, next_run_at, updated_at } = rest;
      return db.statement(
        db.build
          .updateTable('schedules')
          .set({
            crew_id,
            name,
            inputs,
            cron,
            timezone,
            is_enabled,
            disabled_reason,
            next_run_at,
            updated_at,
          })
          .where('id', '=', id)
          .where('account_id', '=', account_id)
          .where('updated_at', '=', readAt)
          .where('next_run_at', readNext === undefined ? 'is' : '=', readNext ?? null),
        SCHEDULE,
      );
    },

    remove(accountId: string, id: string, { ifSavedAt }: SaveOptions): Statement {
      const remove = db.build
        .deleteFrom('schedules')
        .where('id', '=', id)
        .where('account_id', '=', accountId);
      return db.statement(
        ifSavedAt === undefined ? remove : remove.where('updated_at', '=', ifSavedAt),
        SCHEDULE,
      );
    },

    /** Once only for each time, whoever does it and however often. */
    begun: (schedule: DueSchedule, jobId: string, nextAt: number | undefined, now: number): Statement =>
      db.statement(
        atItsTime(schedule).set({
          ...{ last_job_id: jobId, last_run_at: now, next_run_at: nextAt ?? null },
          ...{ last_error_code: null, last_error_message: null, last_error_at: null },
        }),
        STILL_DUE,
      ),

    failed: (
      schedule: DueSchedule,
      error: { readonly code: string; readonly message: string },
      nextAt: number | undefined,
      now: number,
    ): Statement =>
      db.statement(
        atItsTime(schedule).set({
          ...{ last_error_code: error.code, last_error_message: error.message, last_error_at: now },
          next_run_at: nextAt ?? null,
        }),
        STILL_DUE,
      ),

    missed: (schedule: DueSchedule, nextAt: number | undefined): Statement =>
      db.statement(
        atItsTime(schedule).set({ last_missed_at: schedule.nextRunAt, next_run_at: nextAt ?? null }),
        STILL_DUE,
      ),

    /** Started by hand. */
    ranNow: (schedule: Schedule, jobId: string, now: number): Statement =>
      db.statement(
        db.build
          .updateTable('schedules')
          .set({
            ...{ last_job_id: jobId, last_run_at: now },
            ...{ last_error_code: null, last_error_message: null, last_error_at: null },
          })
          .where('id', '=', schedule.id)
          .where('account_id', '=', schedule.accountId),
        SCHEDULE,
      ),

    disableOfCrew: (accountId: string, crewId: string, reason: string, now: number): Statement =>
      db.statement(
        db.build
          .updateTable('schedules')
          .set({ is_enabled: 0, disabled_reason: reason, next_run_at: null, updated_at: now })
          .where('account_id', '=', accountId)
          .where('crew_id', '=', crewId)
          .where('is_enabled', '=', 1),
      ),

    async find(accountId: string, id: string): Promise<Schedule | undefined> {
      const row = await db.first(
        db.build.selectFrom('schedules').selectAll().where('id', '=', id).where('account_id', '=', accountId),
      );
      return row && toSchedule(row);
    },

    /** The newest first. */
    async list(
      accountId: string,
      filter: { readonly crewId?: string | undefined },
      page: PageRequest,
    ): Promise<{ readonly items: Schedule[]; readonly total: number }> {
      let query = db.build.selectFrom('schedules').where('account_id', '=', accountId);
      if (filter.crewId !== undefined) query = query.where('crew_id', '=', filter.crewId);
      const [rows, counted] = await Promise.all([
        db.all(
          query
            .selectAll()
            .orderBy('created_at', 'desc')
            .orderBy('id', 'desc')
            .limit(page.limit)
            .offset(pageOffset(page)),
        ),
        db.first(query.select(sql<number>`count(*)`.as('total'))),
      ]);
      return { items: rows.map(toSchedule), total: Number(counted?.total ?? 0) };
    },

    /** Of accounts that are not suspended; the longest due first. */
    async due(now: number, limit: number): Promise<DueSchedule[]> {
      const rows = await db.all(
        db.build
          .selectFrom('schedules')
          .innerJoin('accounts', 'accounts.id', 'schedules.account_id')
          .selectAll('schedules')
          .where('schedules.is_enabled', '=', 1)
          .where('schedules.next_run_at', '<=', now)
          .where('accounts.status', '=', 'active')
          .orderBy('schedules.next_run_at')
          .limit(limit),
      );
      return rows.flatMap((row) =>
        row.next_run_at === null ? [] : [{ ...toSchedule(row), nextRunAt: row.next_run_at }],
      );
    },

    async nextAt(now: number): Promise<number | undefined> {
      const row = await db.first(
        db.build
          .selectFrom('schedules')
          .select('next_run_at')
          .where('is_enabled', '=', 1)
          .where('next_run_at', '>', now)
          .orderBy('next_run_at')
          .limit(1),
      );
      return row?.next_run_at ?? undefined;
    },
  };
}

function toColumns(schedule: Schedule): SchedulesTable {
  return {
    id: schedule.id,
    account_id: schedule.accountId,
    crew_id: schedule.crewId,
    name: schedule.name,
    inputs: JSON.stringify(schedule.inputs),
    cron: schedule.cron,
    timezone: schedule.timezone,
    is_enabled: schedule.isEnabled ? 1 : 0,
    disabled_reason: schedule.disabledReason ?? null,
    next_run_at: schedule.nextRunAt ?? null,
    last_run_at: schedule.lastRunAt ?? null,
    last_job_id: schedule.lastJobId ?? null,
    last_error_code: schedule.lastError?.code ?? null,
    last_error_message: schedule.lastError?.message ?? null,
    last_error_at: schedule.lastError?.at ?? null,
    last_missed_at: schedule.lastMissedAt ?? null,
    created_by: schedule.createdBy,
    created_at: schedule.createdAt,
    updated_at: schedule.updatedAt,
  };
}

function toSchedule(row: SchedulesTable): Schedule {
  const { last_error_code: code, last_error_message: message, last_error_at: at } = row;
  return {
    id: row.id,
    accountId: row.account_id,
    crewId: row.crew_id,
    name: row.name,
    inputs: toInputs(row.inputs),
    cron: row.cron,
    timezone: row.timezone,
    isEnabled: row.is_enabled === 1,
    disabledReason: row.disabled_reason ?? undefined,
    nextRunAt: row.next_run_at ?? undefined,
    lastRunAt: row.last_run_at ?? undefined,
    lastJobId: row.last_job_id ?? undefined,
    lastError: code === null ? undefined : { code, message: message ?? '', at: at ?? 0 },
    lastMissedAt: row.last_missed_at ?? undefined,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toInputs(json: string): JsonObject {
  const inputs: unknown = JSON.parse(json);
  return isJsonObject(inputs) ? inputs : {};
}
