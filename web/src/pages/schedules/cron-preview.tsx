import { Cron } from 'croner';
import { describeCron } from './describe-cron.ts';

const SHOWN = 3;

interface CronPreviewProps {
  readonly cron: string;
  readonly timezone: string;
}

/** When it would start, in words and as the next times, by the clock that the schedule goes by. */
export function CronPreview({ cron, timezone }: CronPreviewProps) {
  const times = nextTimes(cron, timezone);
  if (cron.trim() === '') return null;
  const words = describeCron(cron);
  return (
    <div aria-live="polite" className="rounded-md bg-hover px-3 py-2 text-sm">
      {times === undefined ? (
        <p>These are not yet times that can be counted. Five fields: minute, hour, day, month, weekday.</p>
      ) : (
        <>
          {words !== undefined && <p className="font-medium">{words}</p>}
          <p className="text-muted">Next: {times.length === 0 ? 'never' : times.join(' · ')}</p>
        </>
      )}
    </div>
  );
}

function nextTimes(cron: string, timezone: string): string[] | undefined {
  try {
    const format = new Intl.DateTimeFormat('en', {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: timezone,
    });
    return new Cron(cron.trim(), { timezone, paused: true })
      .nextRuns(SHOWN)
      .map((time) => format.format(time));
  } catch {
    // Half typed; the server says what is wrong with what is sent.
    return undefined;
  }
}
