import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Bot, Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { useMay } from '../../session/use-me.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { inputClass } from '../../ui/field.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../ui/table.tsx';
import { tellApart } from '../../ui/tell-apart.ts';
import { Time } from '../../ui/time.tsx';
import { NewAgentDialog } from './new-agent-dialog.tsx';

const LIMIT = 20;

export function Page() {
  const search: { page?: number; q?: string; new?: unknown } = useSearch({ strict: false });
  const page = Number(search.page ?? 1);
  const q = String(search.q ?? '');
  const navigate = useNavigate();
  const mayEdit = useMay('editor');
  const [isNew, setIsNew] = useState(search.new !== undefined && mayEdit);
  const agents = useQuery({
    queryKey: ['agents', { page, q }],
    queryFn: () =>
      ask(api.GET('/agents', { params: { query: { page, limit: LIMIT, ...(q !== '' && { q }) } } })),
    placeholderData: keepPreviousData,
  });
  const show = (next: { page?: number; q?: string }) =>
    void navigate({ to: '/agents', search: { ...(q !== '' && { q }), ...next }, replace: true });
  const create = mayEdit && (
    <Button look="primary" onClick={() => setIsNew(true)}>
      <Plus aria-hidden="true" className="size-4" /> New agent
    </Button>
  );

  const told = tellApart(agents.data?.agents ?? []);
  const besideOf = ({ id, crew_name }: { readonly id: string; readonly crew_name: string | null }) =>
    told.get(id) ?? crew_name ?? '';

  return (
    <PageFrame
      title="Agents"
      lead="Each is called like a model, by its id, over the OpenAI-compatible API."
      actions={create}
    >
      {(q !== '' || (agents.data?.total ?? 0) > 0) && (
        <div className="relative mb-3 max-w-xs">
          <Search aria-hidden="true" className="absolute top-2.5 left-2.5 size-4 text-muted" />
          <input
            type="search"
            aria-label="Search agents by name"
            placeholder="Search by name"
            defaultValue={q}
            onChange={({ target }) => show({ q: target.value })}
            className={`${inputClass} pl-8`}
          />
        </div>
      )}
      {agents.isError ? (
        <ErrorPanel
          error={agents.error}
          title="The agents could not be loaded."
          onRetry={() => void agents.refetch()}
        />
      ) : !agents.data ? (
        <Loading />
      ) : agents.data.total === 0 ? (
        q === '' ? (
          <Empty icon={Bot} title="No agents yet" action={create}>
            An agent is a model with instructions, tools and documents of its own. Make the first one; you can
            talk to it right away.
          </Empty>
        ) : (
          <Empty icon={Search} title={`No agent's name contains “${q}”`}>
            Try fewer letters, or clear the search.
          </Empty>
        )
      ) : (
        <>
          <Table
            label="Agents"
            columns={COLUMNS}
            rows={agents.data.agents.map((agent) => ({ ...agent, beside: besideOf(agent) }))}
            keyOf={({ id }) => id}
          />
          <Pages
            page={page}
            limit={LIMIT}
            total={agents.data.total}
            onPage={(next) => show({ page: next })}
          />
        </>
      )}
      <NewAgentDialog open={isNew} onClose={() => setIsNew(false)} />
    </PageFrame>
  );
}

interface Row {
  readonly id: string;
  readonly name: string;
  /** The crew that it works in, or what else tells it from others of its name. */
  readonly beside: string;
  readonly model: string;
  readonly status: string;
  readonly version: number;
  readonly updated_at: string;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    title: 'Name',
    cell: ({ id, name, beside }) => (
      <>
        <Link to="/agents/$id" params={{ id }} className="font-medium hover:text-accent hover:underline">
          {name}
        </Link>
        {beside !== '' && <span className="ml-2 text-sm text-muted">{beside}</span>}
      </>
    ),
  },
  { title: 'Model', cell: ({ model }) => <span className="text-muted">{model}</span>, wideOnly: true },
  { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { title: 'Version', cell: ({ version }) => version, figure: true, wideOnly: true },
  { title: 'Changed', cell: ({ updated_at }) => <Time at={updated_at} /> },
];
