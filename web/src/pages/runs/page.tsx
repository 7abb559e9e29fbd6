import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import { useCrews } from '../../api/use-crews.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { NamedOptions } from '../../ui/named-options.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { useSearchState } from '../../ui/use-search-state.ts';
import { RunList } from './run-list.tsx';
import { type RunFilters, runsQuery, toFilters } from './runs-query.ts';

const STATUSES = ['queued', 'running', 'waiting_for_input', 'completed', 'failed', 'stopped'] as const;

export function Page() {
  const { search, change } = useSearchState();
  const crews = useCrews();
  const filters = toFilters(search);
  const first = useQuery(runsQuery(filters, 1));
  const hasFilters = Object.keys(filters).length > 0;

  if (first.data?.total === 0 && !hasFilters) {
    return (
      <PageFrame title="Runs" lead={LEAD}>
        <Empty
          icon={Activity}
          title="Nothing has been run yet"
          action={
            <Link to="/crews" className={buttonClass('primary')}>
              Go to the crews
            </Link>
          }
        >
          Open a crew and press Run. You will see its tasks work here, and what each call has cost.
        </Empty>
      </PageFrame>
    );
  }
  return (
    <PageFrame title="Runs" lead={LEAD}>
      <search className="mb-4 grid grid-cols-2 gap-3 md:grid-cols-4">
        <SelectField
          label="Status"
          value={search.status ?? ''}
          onChange={({ target }) => change({ status: target.value })}
        >
          <option value="">All</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {status.replaceAll('_', ' ')}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Crew"
          value={search.crew ?? ''}
          onChange={({ target }) => change({ crew: target.value })}
        >
          <option value="">All</option>
          <NamedOptions of={crews.data ?? []} chosen={search.crew} />
        </SelectField>
        <TextField
          label="From"
          type="date"
          value={search.from ?? ''}
          onChange={({ target }) => change({ from: target.value })}
        />
        <TextField
          label="Until"
          type="date"
          value={search.to ?? ''}
          onChange={({ target }) => change({ to: target.value })}
        />
      </search>
      <Found filters={filters} />
    </PageFrame>
  );
}

const LEAD = 'Every run of your crews, the newest first.';

function Found({ filters }: { readonly filters: RunFilters }) {
  const first = useQuery({ ...runsQuery(filters, 1), placeholderData: (before) => before });
  if (first.isError) {
    return (
      <ErrorPanel
        error={first.error}
        title="The runs could not be loaded."
        onRetry={() => void first.refetch()}
      />
    );
  }
  if (!first.data) return <Loading />;
  if (first.data.total === 0) return <p className="text-muted">No run fits these filters.</p>;
  return <RunList key={JSON.stringify(filters)} filters={filters} total={first.data.total} />;
}
