import { defineCommand } from '../command.ts';

export const scheduleRun = defineCommand({
  name: 'schedule run',
  summary: 'Start the crew of a schedule now, and print the id of the job.',
  words: 'SCHEDULE_ID',
  async run({ words: [id = ''] }, { connect, out }) {
    const job = await connect().post(`/api/v1/schedules/${encodeURIComponent(id)}/run`, {});
    out.line(job.text('job_id'));
  },
});
