export { createSchedules, type Schedules } from './create-schedules.ts';
export { scheduleErrors } from './errors.ts';
export type { Schedule } from './types.ts';
