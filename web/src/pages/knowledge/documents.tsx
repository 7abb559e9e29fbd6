import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileText } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { formatBytes, formatNumber } from '../../ui/format.ts';
import { Loading } from '../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { AddAddress } from './add-address.tsx';
import { DocumentActions } from './document-actions.tsx';
import { DropZone } from './drop-zone.tsx';
import { UploadList } from './upload-list.tsx';
import { useUploads } from './use-uploads.ts';

const LIMIT = 20;
const ASK_EVERY_MS = 1_000;

interface Document {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly error: string | null;
  readonly reindexing: boolean;
  readonly size_bytes: number;
  readonly chunk_count: number;
  readonly created_at: string;
}

function isUnderway({ status, reindexing }: Document): boolean {
  return status === 'queued' || status === 'indexing' || reindexing;
}

/** An agent's documents: adding, how far each is, why one failed. */
export function Documents({ agentId, mayEdit }: { readonly agentId: string; readonly mayEdit: boolean }) {
  const [page, setPage] = useState(1);
  const queries = useQueryClient();
  const key = ['documents', agentId];
  const refresh = () => void queries.invalidateQueries({ queryKey: key });
  const uploads = useUploads(agentId, refresh);
  const documents = useQuery({
    queryKey: [...key, page],
    queryFn: () =>
      ask(
        api.GET('/agents/{id}/documents', {
          params: { path: { id: agentId }, query: { page, limit: LIMIT } },
        }),
      ),
    placeholderData: keepPreviousData,
    // Until all of them are read.
    refetchInterval: ({ state }) => (state.data?.documents.some(isUnderway) ? ASK_EVERY_MS : false),
  });
  const reindexAll = async () => {
    await ask(api.POST('/agents/{id}/documents/reindex', { params: { path: { id: agentId } } })).then(
      ({ count }) => {
        refresh();
        toast.done(
          `${formatNumber(count)} ${count === 1 ? 'document is' : 'documents are'} read again`,
          'Each is found as it was until its turn comes.',
        );
      },
      (error: unknown) => toast.failed('The documents are not read again', error),
    );
  };
  const actions = (document: Document) => (
    <DocumentActions agentId={agentId} document={document} onChanged={refresh} />
  );
  const columns: Column<Document>[] = [
    {
      title: 'Name',
      cell: ({ id, name, error, reindexing }) => (
        <div className="min-w-0 py-2">
          <Link
            to="/knowledge/$id"
            params={{ id }}
            className="font-medium break-words hover:text-accent hover:underline"
          >
            {name}
          </Link>
          {error !== null && <p className="text-sm text-danger">{error}</p>}
          {reindexing && (
            <p className="text-sm text-muted">Waits to be read again; until then it is found as it was.</p>
          )}
        </div>
      ),
    },
    { title: 'State', cell: ({ status }) => <StatusBadge status={status} /> },
    { title: 'Passages', cell: ({ chunk_count }) => formatNumber(chunk_count), figure: true, wideOnly: true },
    { title: 'Size', cell: ({ size_bytes }) => formatBytes(size_bytes), figure: true, wideOnly: true },
    { title: 'Added', cell: ({ created_at }) => <Time at={created_at} />, wideOnly: true },
    ...(mayEdit ? [{ title: 'Actions', hideTitle: true, figure: true, cell: actions }] : []),
  ];

  return (
    <section aria-label="Documents" className="space-y-3">
      {mayEdit && (
        <>
          <DropZone onFiles={uploads.add} />
          <AddAddress agentId={agentId} onAdded={refresh} />
        </>
      )}
      <UploadList uploads={uploads} />
      {documents.isError ? (
        <ErrorPanel
          error={documents.error}
          title="The documents could not be loaded."
          onRetry={() => void documents.refetch()}
        />
      ) : !documents.data ? (
        <Loading />
      ) : documents.data.total === 0 ? (
        <Empty icon={FileText} title="No documents yet">
          {mayEdit
            ? 'Drop files above: PDF, Word, HTML, Markdown, text, CSV or JSON. The agent answers from them as soon as they are ready.'
            : 'Editors of your account can add some.'}
        </Empty>
      ) : (
        <>
          <Table
            label="Documents of the agent"
            columns={columns}
            rows={documents.data.documents}
            keyOf={({ id }) => id}
          />
          {mayEdit && (
            <Button size="small" onClick={() => void reindexAll()}>
              Read all again
            </Button>
          )}
          <Pages page={page} limit={LIMIT} total={documents.data.total} onPage={setPage} />
        </>
      )}
    </section>
  );
}
