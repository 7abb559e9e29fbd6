import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { minute } from '../format.ts';
import { printList } from '../print-list.ts';

export const scheduleList = defineCommand({
  name: 'schedule list',
  summary: 'List the schedules.',
  options: { json },
  async run({ values }, cli) {
    await printList(cli, values.json, cli.connect().list('/api/v1/schedules', 'schedules'), {
      none: 'There are no schedules. Make one: muster schedule create CREW --cron "0 9 * * 1-5"',
      columns: {
        id: (schedule) => schedule.text('id'),
        crew: (schedule) => schedule.text('crew_id'),
        cron: (schedule) => schedule.text('cron'),
        timezone: (schedule) => schedule.text('timezone'),
        next: (schedule) => minute(schedule.textOr('next_run_at', '')),
        last: (schedule) => minute(schedule.textOr('last_run_at', '')),
        state: (schedule) => (schedule.isTrue('enabled') ? 'on' : 'disabled'),
        name: (schedule) => schedule.text('name'),
      },
    });
  },
});
