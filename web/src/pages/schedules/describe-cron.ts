const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const NAMED: Readonly<Record<string, string>> = {
  '@hourly': 'Every hour, on the hour',
  '@daily': 'Every day at 00:00',
  '@weekly': 'Every Sunday at 00:00',
  '@monthly': 'On day 1 of every month at 00:00',
};
const NUMBER = /^\d{1,2}$/;

/** The usual patterns in plain words; undefined for the others, whose next times say it better. */
export function describeCron(cron: string): string | undefined {
  const text = cron.trim();
  const named = NAMED[text];
  if (named !== undefined) return named;
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...rest] = text.split(/\s+/);
  if (weekday === '' || rest.length > 0 || month !== '*') return undefined;
  const everyDay = day === '*' && weekday === '*';
  const everyMinutes = /^\*\/(\d{1,2})$/.exec(minute)?.[1];
  if (everyDay && hour === '*' && everyMinutes) return `Every ${everyMinutes} minutes`;
  if (!NUMBER.test(minute)) return undefined;
  if (everyDay && hour === '*') return `Every hour at minute ${minute}`;
  if (!NUMBER.test(hour)) return undefined;
  const at = `at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (everyDay) return `Every day ${at}`;
  if (day === '*' && weekday === '1-5') return `From Monday to Friday ${at}`;
  const name = /^[0-7]$/.test(weekday) ? DAYS[Number(weekday) % 7] : undefined;
  if (day === '*' && name !== undefined) return `Every ${name} ${at}`;
  return weekday === '*' && NUMBER.test(day) ? `On day ${day} of every month ${at}` : undefined;
}
