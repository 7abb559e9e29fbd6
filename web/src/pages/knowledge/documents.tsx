import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileText, RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { formatBytes, formatNumber } from '../../ui/format.ts';
import { Loading } from '../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { AddAddress } from './add-address.tsx';
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
  readonly size_bytes: number;
  readonly chunk_count: number;
  readonly created_at: string;
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
    refetchInterval: ({ state }) =>
      state.data?.documents.some(({ status }) => status === 'queued' || status === 'indexing')
        ? ASK_EVERY_MS
        : false,
  });
  const path = (id: string) => ({ params: { path: { id: agentId, document_id: id } } });
  const remove = async ({ id, name }: Document) => {
    const body =
      'The agent does not find it any more. Answers that cite it keep their words, but the link leads nowhere.';
    if (!(await confirm({ title: `Delete ${name}?`, body, action: 'Delete document', danger: true }))) return;
    await ask(api.DELETE('/agents/{id}/documents/{document_id}', path(id))).then(refresh, (error: unknown) =>
      toast.failed(`${name} was not deleted`, error),
    );
  };
  const retry = async ({ id, name }: Document) => {
    await ask(api.POST('/agents/{id}/documents/{document_id}/retry', path(id))).then(
      refresh,
      (error: unknown) => toast.failed(`${name} was not taken up again`, error),
    );
  };
  const columns: Column<Document>[] = [
    {
      title: 'Name',
      cell: ({ id, name, error }) => (
        <div className="min-w-0 py-2">
          <Link
            to="/knowledge/$id"
            params={{ id }}
            className="font-medium break-words hover:text-accent hover:underline"
          >
            {name}
          </Link>
          {error !== null && <p className="text-sm text-danger">{error}</p>}
        </div>
      ),
    },
    { title: 'State', cell: ({ status }) => <StatusBadge status={status} /> },
    { title: 'Passages', cell: ({ chunk_count }) => formatNumber(chunk_count), figure: true, wideOnly: true },
    { title: 'Size', cell: ({ size_bytes }) => formatBytes(size_bytes), figure: true, wideOnly: true },
    { title: 'Added', cell: ({ created_at }) => <Time at={created_at} />, wideOnly: true },
    ...(mayEdit ? [{ title: 'Actions', hideTitle: true, figure: true, cell: actions }] : []),
  ];
  function actions(document: Document) {
    return (
      <span className="flex justify-end">
        {document.status === 'failed' && (
          <IconButton label={`Try ${document.name} again`} onClick={() => void retry(document)}>
            <RotateCw aria-hidden="true" />
          </IconButton>
        )}
        <IconButton label={`Delete ${document.name}`} onClick={() => void remove(document)}>
          <Trash2 aria-hidden="true" />
        </IconButton>
      </span>
    );
  }

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
          <Pages page={page} limit={LIMIT} total={documents.data.total} onPage={setPage} />
        </>
      )}
    </section>
  );
}
