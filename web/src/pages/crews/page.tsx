import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileUp, Plus, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { useMay } from '../../session/use-me.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/field.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { Pages, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useSearchState } from '../../ui/use-search-state.ts';
import { ImportDialog } from './import-dialog.tsx';

const LIMIT = 20;

export function Page() {
  const mayEdit = useMay('editor');
  const { search, page, change } = useSearchState();
  const [isImporting, setImporting] = useState(false);
  const { q = '' } = search;
  const crews = useQuery({
    queryKey: ['crews', 'list', q, page],
    queryFn: () =>
      ask(api.GET('/crews', { params: { query: { page, limit: LIMIT, ...(q !== '' && { q }) } } })),
    placeholderData: (before) => before,
  });
  const actions = mayEdit && (
    <>
      <Button onClick={() => setImporting(true)}>
        <FileUp aria-hidden="true" className="size-4" /> Import
      </Button>
      <Link to="/crews/$id" params={{ id: 'new' }} className={buttonClass('primary')}>
        <Plus aria-hidden="true" className="size-4" /> New crew
      </Link>
    </>
  );
  const isEmpty = crews.data?.total === 0 && q === '';
  return (
    <PageFrame
      title="Crews"
      lead="Teams of agents that do several tasks, one using what the other has made."
      {...(!isEmpty && { actions })}
    >
      {isEmpty ? (
        <Empty icon={UsersRound} title="No crew yet" action={actions}>
          Start a new one with an agent and a task, or import the YAML or JSONC files of a CrewAI project.
        </Empty>
      ) : (
        <>
          <TextField
            label="Search"
            type="search"
            placeholder="Part of the name"
            className="mb-4 max-w-xs"
            value={q}
            onChange={({ target }) => change({ q: target.value })}
          />
          {crews.isPending && <Loading />}
          {crews.isError && (
            <ErrorPanel
              error={crews.error}
              title="The crews could not be loaded."
              onRetry={() => void crews.refetch()}
            />
          )}
          {crews.data?.total === 0 && <p className="text-muted">No crew of that name.</p>}
          {crews.data && crews.data.total > 0 && (
            <>
              <Table
                label="Crews"
                rows={crews.data.crews}
                keyOf={({ id }) => id}
                columns={[
                  {
                    title: 'Name',
                    cell: ({ id, name, description }) => (
                      <div className="py-2">
                        <Link to="/crews/$id" params={{ id }} className="font-medium hover:underline">
                          {name}
                        </Link>
                        <p className="max-w-md truncate text-sm text-muted">{description}</p>
                      </div>
                    ),
                  },
                  { title: 'Agents', figure: true, cell: (crew) => crew.agents_count },
                  { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
                  { title: 'Made', wideOnly: true, cell: (crew) => <Time at={crew.created_at} /> },
                ]}
              />
              <Pages
                page={page}
                limit={LIMIT}
                total={crews.data.total}
                onPage={(next) => change({ page: next })}
              />
            </>
          )}
        </>
      )}
      {isImporting && <ImportDialog onClose={() => setImporting(false)} />}
    </PageFrame>
  );
}
