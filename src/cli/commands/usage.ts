import { pipeline } from 'node:stream/promises';
import type { Fields } from '../client/fields.ts';
import { type Cli, defineCommand } from '../command.ts';
import { UsageError } from '../failures.ts';
import { json } from '../flags.ts';
import { count, dollars } from '../format.ts';

const CSV_TIMEOUT_MS = 60 * 60_000;
const MAX_ROWS = 20;

type LabelsOf = (groups: readonly Fields[]) => string[];

const PARTS: readonly (readonly [title: string, list: string, labelsOf: LabelsOf])[] = [
  ['DAY', 'by_day', (groups) => groups.map((group) => group.text('day'))],
  ['MODEL', 'by_model', (groups) => groups.map((group) => group.text('model'))],
  ['AGENT', 'by_agent', (groups) => namesOf(groups, 'agent', 'deleted')],
  ['KEY', 'by_key', (groups) => namesOf(groups, 'key', 'revoked')],
];

export const usage = defineCommand({
  name: 'usage',
  summary: 'Show what was used and what it cost.',
  details: `Totals, and what they are made of by day, model, agent and key. With --csv the usage log itself: a line a run.`,
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
    else printSummary(cli, summary);
  },
});

function printSummary({ out, err }: Cli, summary: Fields): void {
  const head = ['RUNS', 'INPUT', 'OUTPUT', 'COST'];
  const figures = (sums: Fields) => [
    count(sums.number('runs')),
    count(sums.number('input_tokens')),
    count(sums.number('output_tokens')),
    dollars(sums.number('cost_usd')),
  ];
  out.table(['', ...head], [['total', ...figures(summary.object('totals'))]]);
  for (const [title, list, labelsOf] of PARTS) {
    const groups = summary.list(list);
    if (groups.length === 0) continue;
    const labels = labelsOf(groups);
    out.line();
    out.table(
      [title, ...head],
      groups.slice(0, MAX_ROWS).map((group, at) => [labels[at] ?? '', ...figures(group)]),
    );
    if (groups.length > MAX_ROWS) {
      err.line(err.dim(`and ${groups.length - MAX_ROWS} more: see --json, or --csv for every run`));
    }
  }
}

/** What they are called now, with the id behind it where another has the same name; of one that is gone that is said. */
function namesOf(groups: readonly Fields[], of: 'agent' | 'key', gone: string): string[] {
  const named = groups.map((group) => ({
    id: group.textOr(`${of}_id`, ''),
    name: group.textOr(`${of}_name`, ''),
    isGone: group.isTrue(`${of}_${gone}`),
  }));
  const counts = Map.groupBy(named, ({ name }) => name);
  return named.map(({ id, name, isGone }) => {
    if (id === '') return 'signed-in people';
    const isOneOfMany = name !== '' && counts.get(name)?.length !== 1;
    const notes = [...(isOneOfMany ? [id] : []), ...(isGone ? [gone] : [])];
    return `${name || id}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
  });
}
