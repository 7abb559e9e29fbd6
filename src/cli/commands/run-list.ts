import { findCrewId } from '../client/find-named.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../failures.ts';
import { json } from '../flags.ts';
import { dollars, minute } from '../format.ts';
import { printList } from '../print-list.ts';
import { takeFirst } from '../take-first.ts';

const DEFAULT_LIMIT = 20;

export const runList = defineCommand({
  name: 'run list',
  summary: 'List the jobs of crews, the newest first.',
  options: {
    crew: { type: 'string', value: 'CREW', help: 'Of this crew only; its id or name.' },
    status: {
      type: 'string',
      value: 'STATUS',
      help: 'queued, running, waiting_for_input, completed, failed or stopped.',
    },
    from: { type: 'string', value: 'DAY', help: 'Made then or later: a day or a time, UTC.' },
    to: { type: 'string', value: 'DAY', help: 'Made until the end of that day, or before that time.' },
    limit: { type: 'string', value: 'COUNT', help: `How many at most; ${DEFAULT_LIMIT} unless given.` },
    json,
  },
  async run({ values: { crew, status, from, to, limit, json: asJson } }, cli) {
    const most = readLimit(limit);
    const client = cli.connect();
    const filters = new URLSearchParams({
      brief: 'true',
      ...(crew !== undefined && { crew_id: await findCrewId(client, crew) }),
      ...(status !== undefined && { status }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    });
    const jobs = takeFirst(client.list(`/api/v1/executions?${filters}`, 'executions'), most, () =>
      cli.err.line(cli.err.dim(`There are older ones; --limit ${most * 10} shows more.`)),
    );
    await printList(cli, asJson, jobs, {
      none: 'There are no such jobs. Start one: muster run CREW',
      columns: {
        id: (job) => job.text('job_id'),
        status: (job) => job.text('status'),
        done: (job) => `${job.number('progress')}%`,
        cost: (job) => dollars(job.object('usage').number('cost_usd')),
        made: (job) => minute(job.text('created_at')),
        finished: (job) => minute(job.textOr('finished_at', '')),
        crew: (job) => job.text('crew_name'),
      },
    });
  },
});

function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`--limit must be a whole number from 1 to 999999; '${text}' is not.`);
}
