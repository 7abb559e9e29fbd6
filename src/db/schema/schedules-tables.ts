export interface SchedulesTables {
  schedules: SchedulesTable;
}

export interface SchedulesTable {
  id: string;
  account_id: string;
  crew_id: string;
  name: string;
  /** JSON object */
  inputs: string;
  cron: string;
  timezone: string;
  is_enabled: number;
  /** Why the server disabled it; null when a person did. */
  disabled_reason: string | null;
  /** Null while it is disabled. A start carries it as its guard, so that each time starts one job at most. */
  next_run_at: number | null;
  last_run_at: number | null;
  last_job_id: string | null;
  last_error_code: string | null;
  last_error_message: string | null;
  last_error_at: number | null;
  last_missed_at: number | null;
  created_by: string;
  created_at: number;
  updated_at: number;
}
