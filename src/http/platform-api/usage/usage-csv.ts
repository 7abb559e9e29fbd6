import { formatUsd, type NamedUsageRow } from '../../../billing/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import { csvField } from '../csv-field.ts';

type Cell = (row: NamedUsageRow) => string | number;

const COLUMNS: readonly (readonly [name: string, cell: Cell])[] = [
  ['time', (row) => isoTime(row.createdAt)],
  ['run_id', (row) => row.runId],
  ['source', (row) => row.source],
  ['key_id', (row) => row.keyId ?? ''],
  ['user_id', (row) => row.userId ?? ''],
  ['agent_id', (row) => row.agentId],
  ['agent_version', (row) => row.agentVersion],
  ['model', (row) => row.model],
  ['input_tokens', (row) => row.inputTokens],
  ['cached_tokens', (row) => row.cachedTokens],
  ['output_tokens', (row) => row.outputTokens],
  ['reasoning_tokens', (row) => row.reasoningTokens],
  ['estimated', (row) => String(row.estimated)],
  ['tool_cost_usd', (row) => formatUsd(row.toolCostNanoUsd)],
  ['cost_usd', (row) => formatUsd(row.costNanoUsd)],
  ['agent_name', (row) => row.agent.name ?? ''],
  ['key_name', (row) => row.key.name ?? ''],
  ['agent_deleted', (row) => String(row.agent.isGone)],
  ['key_revoked', (row) => String(row.key.isGone)],
];

/** The usage log as CSV (RFC 4180), a piece at a time. */
export async function* usageCsv(pages: AsyncIterable<readonly NamedUsageRow[]>): AsyncGenerator<string> {
  yield `${COLUMNS.map(([name]) => name).join(',')}\r\n`;
  for await (const rows of pages) {
    yield rows.map((row) => `${COLUMNS.map(([, cell]) => csvField(cell(row))).join(',')}\r\n`).join('');
  }
}
