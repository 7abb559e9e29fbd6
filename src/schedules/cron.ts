import { Cron } from 'croner';
import { invalid } from '../lib/errors.ts';

/** Five fields, or a nickname such as @daily. */
const FORM = /^(@[a-z]+|\S+(?: +\S+){4})$/i;

/**
 * The first time after `after` that a cron expression names in a time zone; undefined when there is none. A time of day
 * that a change of the clocks skips counts as the first moment after the gap, one that comes twice as its first; what
 * recurs within the day goes on through both.
 */
export function nextTime(cron: string, timezone: string, after: number): number | undefined {
  const next = new Cron(cron, { timezone, mode: '5-part', paused: true }).nextRun(new Date(after));
  return next?.getTime();
}

/** Throws a 400 that names the field. */
export function checkTimes(cron: string, timezone: string, now: number): number {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw invalid('timezone', `must be a time zone such as Europe/Berlin or UTC; '${timezone}' is none`);
  }
  const reason = (why: string) =>
    invalid(
      'cron',
      `must be five fields (minute hour day month weekday) such as '0 9 * * 1', or @daily: ${why}`,
    );
  if (!FORM.test(cron)) throw reason(`'${cron}' is neither`);
  let next: number | undefined;
  try {
    next = nextTime(cron, timezone, now);
  } catch (error) {
    throw reason(error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error));
  }
  if (next === undefined) throw reason('there is no such time');
  return next;
}
