import { defineCommand } from '../command.ts';

export const scheduleDelete = defineCommand({
  name: 'schedule delete',
  summary: 'Delete a schedule. Jobs that it has started stay.',
  words: 'SCHEDULE_ID',
  async run({ words: [id = ''] }, { connect, err }) {
    await connect().call('DELETE', `/api/v1/schedules/${encodeURIComponent(id)}`);
    err.line(`Deleted ${id}.`);
  },
});
