import { type Static, Type } from 'typebox';
import { isoTime } from '../../../lib/clock.ts';
import type { Schedule } from '../../../schedules/index.ts';
import { Revision, saveRevision } from '../if-match.ts';
import { Closed, Id, Nullable, PageQuery, PageReply, Time, timeOrNull } from '../schemas.ts';

const Inputs = Type.Record(Type.String({ maxLength: 200 }), Type.Unknown(), {
  description: 'A value for each placeholder of the crew; checked when the schedule is saved.',
});
const CronText = Type.String({
  maxLength: 200,
  description:
    'Five fields: minute hour day month weekday, such as `0 9 * * 1-5`; or @hourly, @daily, @weekly, @monthly.',
});
const Timezone = Type.String({ maxLength: 64, description: 'Such as Europe/Berlin; default UTC.' });
const Name = Type.String({ maxLength: 200 });
const Enabled = Type.Boolean();

export const CreateScheduleBody = Closed({
  crew_id: Id,
  inputs: Type.Optional(Inputs),
  cron: CronText,
  timezone: Type.Optional(Timezone),
  enabled: Type.Optional(Enabled),
  name: Type.Optional(Name),
});

export const UpdateScheduleBody = Closed({
  crew_id: Type.Optional(Id),
  inputs: Type.Optional(Inputs),
  cron: Type.Optional(CronText),
  timezone: Type.Optional(Timezone),
  enabled: Type.Optional(Enabled),
  name: Type.Optional(Name),
});

export const ScheduleQuery = Closed({ ...PageQuery, crew_id: Type.Optional(Id) });

export const ScheduleReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  crew_id: Type.String(),
  crew_name: Nullable(Type.String({ description: 'What it is called now; null once it is deleted.' })),
  inputs: Type.Record(Type.String(), Type.Unknown()),
  cron: Type.String(),
  timezone: Type.String(),
  enabled: Type.Boolean(),
  disabled_reason: Nullable(Type.String({ description: 'When the server disabled it.' })),
  next_run_at: Nullable(Time),
  last_run_at: Nullable(Time),
  last_job_id: Nullable(Type.String()),
  last_error: Nullable(
    Type.Object(
      { code: Type.String(), message: Type.String(), time: Time },
      { description: 'Why the last start came to nothing.' },
    ),
  ),
  last_missed_at: Nullable(
    Type.String({
      format: 'date-time',
      description: 'The last time that passed while the server was down and was not made up for.',
    }),
  ),
  created_at: Time,
  revision: Revision,
  updated_at: Time,
});

export const ScheduleList = Type.Object({ schedules: Type.Array(ScheduleReply), ...PageReply });

export const RunReply = Type.Object({ job_id: Type.String(), status: Type.Literal('queued') });

export function toSchedule(
  schedule: Schedule,
  names: ReadonlyMap<string, string>,
): Static<typeof ScheduleReply> {
  const { lastError: error } = schedule;
  return {
    id: schedule.id,
    name: schedule.name,
    crew_id: schedule.crewId,
    crew_name: names.get(schedule.crewId) ?? null,
    inputs: { ...schedule.inputs },
    cron: schedule.cron,
    timezone: schedule.timezone,
    enabled: schedule.isEnabled,
    disabled_reason: schedule.disabledReason ?? null,
    next_run_at: timeOrNull(schedule.nextRunAt),
    last_run_at: timeOrNull(schedule.lastRunAt),
    last_job_id: schedule.lastJobId ?? null,
    last_error: error ? { code: error.code, message: error.message, time: isoTime(error.at) } : null,
    last_missed_at: timeOrNull(schedule.lastMissedAt),
    created_at: isoTime(schedule.createdAt),
    revision: saveRevision(schedule),
    updated_at: isoTime(schedule.updatedAt),
  };
}
