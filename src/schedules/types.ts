import type { JsonObject } from '../lib/json.ts';

/** A crew that starts by the clock. */
export interface Schedule {
  readonly id: string;
  readonly accountId: string;
  readonly crewId: string;
  readonly name: string;
  readonly inputs: JsonObject;
  readonly cron: string;
  readonly timezone: string;
  readonly isEnabled: boolean;
  /** Why the server disabled it; undefined when it is enabled, or was disabled by hand. */
  readonly disabledReason: string | undefined;
  /** Undefined while it is disabled. */
  readonly nextRunAt: number | undefined;
  readonly lastRunAt: number | undefined;
  readonly lastJobId: string | undefined;
  /** Why the last start came to nothing; undefined after one that did not. */
  readonly lastError: { readonly code: string; readonly message: string; readonly at: number } | undefined;
  /** The last time that passed while the server was down, and was too long ago to be made up for. */
  readonly lastMissedAt: number | undefined;
  /** Who pays the job's attention: the person who made the schedule. */
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ScheduleInput {
  readonly crewId: string;
  readonly inputs: JsonObject;
  readonly cron: string;
  readonly timezone?: string | undefined;
  readonly isEnabled?: boolean | undefined;
  readonly name?: string | undefined;
}

/** What is absent stays. */
export type ScheduleUpdate = { readonly [Key in keyof ScheduleInput]?: ScheduleInput[Key] | undefined };

/** A schedule that is enabled, and when it is due. */
export type DueSchedule = Schedule & { readonly nextRunAt: number };
