import type { Clock } from '../../lib/clock.ts';
import { failure, success } from '../outcome.ts';
import type { Tool } from '../types.ts';
import { textOf } from './arguments.ts';

export function currentTimeTool({ clock }: { readonly clock: Clock }): Tool {
  return {
    name: 'current_time',
    description: 'Tells the current date, time and weekday, in UTC or in a time zone.',
    category: 'utility',
    priceNanoUsd: 0n,
    parameters: {
      type: 'object',
      properties: {
        timezone: { type: 'string', description: 'IANA time zone such as "Europe/Berlin". Default: UTC.' },
      },
      additionalProperties: false,
    },
    async run(args) {
      const timezone = textOf(args, 'timezone')?.trim() || 'UTC';
      const now = Temporal.Instant.fromEpochMilliseconds(clock.now());
      let local: Temporal.ZonedDateTime;
      try {
        local = now.toZonedDateTimeISO(timezone);
      } catch {
        return failure(
          `'${timezone.slice(0, 60)}' is not a time zone. Use an IANA name such as "America/New_York", or leave it out for UTC.`,
        );
      }
      const weekday = local.toLocaleString('en', { weekday: 'long' });
      const time = local.toString({ smallestUnit: 'second', timeZoneName: 'never' });
      const utc = now.toString({ smallestUnit: 'second' });
      return success(`${weekday}, ${time} (${local.timeZoneId}). In UTC: ${utc}`);
    },
  };
}
