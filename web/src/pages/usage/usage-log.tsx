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
import { LOG_LIMIT, type LogRow, useLog } from './use-usage.ts';

interface UsageLogProps {
  readonly search: Readonly<Record<string, string>>;
  readonly page: number;
  readonly onPage: (page: number) => void;
  readonly nameOf: (id: string) => string;
}

/** A line a run; their sum is what left the balance. */
export function UsageLog({ search, page, onPage, nameOf }: UsageLogProps) {
  const log = useLog(search, page);
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
  const columns: Column<LogRow>[] = [
    { title: 'Time', cell: ({ time }) => <Time at={time} /> },
    {
      title: 'Agent or crew',
      cell: ({ agent_id }) => (
        <Link to={pageOf(agent_id)} className="hover:underline">
          {nameOf(agent_id)}
        </Link>
      ),
    },
    { title: 'Model', cell: ({ model }) => model, wideOnly: true },
    {
      title: 'Paid by',
      cell: ({ key_id }) => (key_id === null ? 'a person' : nameOf(key_id)),
      wideOnly: true,
    },
    { title: 'Input', cell: ({ input_tokens }) => formatNumber(input_tokens), figure: true, wideOnly: true },
    {
      title: 'Output',
      cell: ({ output_tokens }) => formatNumber(output_tokens),
      figure: true,
      wideOnly: true,
    },
    {
      title: 'Cost',
      figure: true,
      cell: ({ cost_usd, estimated }) => (
        <span className="inline-flex items-center gap-1.5">
          {estimated && <Badge>estimated</Badge>}
          {formatUsd(cost_usd)}
        </span>
      ),
    },
  ];
  return (
    <>
      <Table label="Usage log" columns={columns} rows={log.data.usage} keyOf={({ run_id }) => run_id} />
      <Pages page={page} limit={LOG_LIMIT} total={log.data.total} onPage={onPage} />
    </>
  );
}

function pageOf(id: string): string {
  return id.startsWith('crew_') ? `/crews/${id}` : `/agents/${id}`;
}
