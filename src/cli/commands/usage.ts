import { pipeline } from 'node:stream/promises';
import type { ApiClient } from '../client/api-client.ts';
import type { Fields } from '../client/fields.ts';
import { namesOf } from '../client/names-of.ts';
import { type Cli, defineCommand } from '../command.ts';
import { UsageError } from '../failures.ts';
import { json } from '../flags.ts';
import { count, dollars } from '../format.ts';

const CSV_TIMEOUT_MS = 60 * 60_000;
const MAX_ROWS = 20;

export const usage = defineCommand({
  name: 'usage',
  summary: 'Show what was used and what it cost.',
  details: `Totals, and what they are made of by day, model and agent. With --csv the usage log itself: a line a run.`,
  options: {
    from: { type: 'string', value: 'DAY', help: 'From this day or time on (UTC).' },
    to: { type: 'string', value: 'DAY', help: 'Until the end of this day, or until this time.' },
    csv: { type: 'boolean', help: 'Print the usage log as CSV.' },
    json,
  },
  async run({ values: { from, to, csv, json: asJson } }, cli) {
    if (csv && asJson) throw new UsageError('muster usage prints either --csv or --json.');
    const query = new URLSearchParams({
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    });
    const client = cli.connect();
    if (csv) {
      const response = await client.open('GET', `/api/v1/usage?${query}`, {
        headers: { accept: 'text/csv' },
        timeoutMs: CSV_TIMEOUT_MS,
      });
      if (response.body) await pipeline(response.body, cli.out.stream, { end: false });
      return;
    }
    const summary = await client.get(`/api/v1/usage/summary?${query}`);
    if (asJson) cli.out.json(summary.raw);
    else await printSummary(cli, client, summary);
  },
});

async function printSummary({ out, err }: Cli, client: ApiClient, summary: Fields): Promise<void> {
  const head = ['RUNS', 'INPUT', 'OUTPUT', 'COST'];
  const figures = (sums: Fields) => [
    count(sums.number('runs')),
    count(sums.number('input_tokens')),
    count(sums.number('output_tokens')),
    dollars(sums.number('cost_usd')),
  ];
  out.table(['', ...head], [['total', ...figures(summary.object('totals'))]]);
  for (const [title, list, name] of [
    ['DAY', 'by_day', 'day'],
    ['MODEL', 'by_model', 'model'],
    ['AGENT', 'by_agent', 'agent_id'],
  ] as const) {
    const groups = summary.list(list);
    if (groups.length === 0) continue;
    const shown = groups.slice(0, MAX_ROWS);
    const ids = shown.map((group) => group.text(name));
    const names = name === 'agent_id' ? await namesOf(client, ids) : undefined;
    out.line();
    out.table(
      [title, ...head],
      shown.map((group, at) => [names?.get(ids[at] ?? '') ?? group.text(name), ...figures(group)]),
    );
    if (groups.length > MAX_ROWS) {
      err.line(err.dim(`and ${groups.length - MAX_ROWS} more: see --json, or --csv for every run`));
    }
  }
}
