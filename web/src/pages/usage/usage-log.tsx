import { Link } from '@tanstack/react-router';
import { Receipt } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { formatNumber, formatUsd } from '../../ui/format.ts';
import { Loading } from '../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useNarrow } from '../../ui/use-narrow.ts';
import { calleeNames } from './names.ts';
import { usePayers } from './use-payers.ts';
import { LOG_LIMIT, type LogRow, useLog } from './use-usage.ts';

interface UsageLogProps {
  readonly search: Readonly<Record<string, string>>;
  readonly page: number;
  readonly onPage: (page: number) => void;
}

/** A line a run; their sum is what left the balance. */
export function UsageLog({ search, page, onPage }: UsageLogProps) {
  const log = useLog(search, page);
  const isNarrow = useNarrow();
  const payerOf = usePayers(log.data?.usage ?? []);
  if (log.isError) return <ErrorPanel error={log.error} title="The log could not be loaded." />;
  if (!log.data) return <Loading />;
  if (log.data.total === 0) {
    return (
      <Empty
        icon={Receipt}
        title="No calls in this period"
        action={
          <Link to="/agents" className={buttonClass('plain')}>
            Try an agent
          </Link>
        }
      >
        Every answer of an agent and every task of a crew becomes a line here, with its tokens and its price.
        Chat with an agent, or choose a longer period.
      </Empty>
    );
  }
  const nameOf = calleeNames(log.data.usage);
  const columns = isNarrow ? narrowColumns(nameOf, payerOf) : wideColumns(nameOf, payerOf);
  return (
    <>
      <Table label="Usage log" columns={columns} rows={log.data.usage} keyOf={({ run_id }) => run_id} />
      <Pages page={page} limit={LOG_LIMIT} total={log.data.total} onPage={onPage} />
    </>
  );
}

type NameOf = ReturnType<typeof calleeNames>;
type PayerOf = ReturnType<typeof usePayers>;

function wideColumns(nameOf: NameOf, payerOf: PayerOf): Column<LogRow>[] {
  return [
    { title: 'Time', cell: ({ time }) => <Time at={time} /> },
    { title: 'Agent or crew', cell: (row) => <Callee row={row} nameOf={nameOf} /> },
    { title: 'Model', cell: ({ model }) => model },
    { title: 'Paid by', cell: (row) => payerOf(row) },
    { title: 'Input', cell: ({ input_tokens }) => formatNumber(input_tokens), figure: true },
    { title: 'Output', cell: ({ output_tokens }) => formatNumber(output_tokens), figure: true },
    { title: 'Cost', cell: (row) => <Cost row={row} />, figure: true },
  ];
}

/** All of it where there is no room for columns: one below the other. */
function narrowColumns(nameOf: NameOf, payerOf: PayerOf): Column<LogRow>[] {
  return [
    {
      title: 'Call',
      cell: (row) => (
        <div className="space-y-0.5 py-2 wrap-anywhere">
          <div className="font-medium">
            <Callee row={row} nameOf={nameOf} />
          </div>
          <div className="text-sm text-muted">
            <Time at={row.time} />, {row.model}, paid by {payerOf(row)}
          </div>
          <div className="text-sm text-muted tabular">
            {formatNumber(row.input_tokens)} tokens in, {formatNumber(row.output_tokens)} out
          </div>
        </div>
      ),
    },
    { title: 'Cost', cell: (row) => <Cost row={row} />, figure: true },
  ];
}

function Callee({ row, nameOf }: { readonly row: LogRow; readonly nameOf: NameOf }) {
  const { agent_id, agent_deleted } = row;
  // What is deleted has no page.
  if (agent_deleted) return <span className="text-muted">{nameOf(agent_id)}</span>;
  return (
    <Link to={pageOf(agent_id)} className="hover:underline">
      {nameOf(agent_id)}
    </Link>
  );
}

function Cost({ row }: { readonly row: LogRow }) {
  return (
    <span className="inline-flex flex-col items-end gap-1 md:flex-row md:items-center md:gap-1.5">
      {row.estimated && <Badge>estimated</Badge>}
      {formatUsd(row.cost_usd)}
    </span>
  );
}

function pageOf(id: string): string {
  return id.startsWith('crew_') ? `/crews/${id}` : `/agents/${id}`;
}
