import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { agentQuery } from '../../api/agent-query.ts';
import { api, ask } from '../../api/api.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { formatBytes, formatNumber } from '../../ui/format.ts';
import { PageFrame } from '../../ui/page.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Chunks } from './chunks.tsx';
import { DocumentText } from './document-text.tsx';

/** What was read of a document. A citation's address leads here, with where in the text it stands. */
export function Page() {
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const search: { start?: unknown; end?: unknown; view?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const document = useQuery({
    queryKey: ['document', id],
    queryFn: () => ask(api.GET('/documents/{id}', { params: { path: { id } } })),
    retry: false,
  });
  const agentId = document.data?.agent_id;
  const agent = useQuery({ ...agentQuery(agentId ?? ''), enabled: agentId !== undefined });
  if (document.isError) {
    return (
      <PageFrame title="Document">
        <ErrorPanel
          error={document.error}
          title="The document could not be shown. It may have been deleted since."
          onRetry={() => void document.refetch()}
        />
      </PageFrame>
    );
  }
  if (!document.data) {
    return (
      <PageFrame title="Document">
        <Loading />
      </PageFrame>
    );
  }
  const { name, status, error, size_bytes, chunk_count, agent_id, text, chunks } = document.data;
  const passage = toPassage(search.start, search.end, text.length);
  const view = search.view === 'passages' ? 'passages' : 'text';
  return (
    <PageFrame
      title={name}
      lead={
        <span className="flex flex-wrap items-center gap-2">
          <StatusBadge status={status} />
          {formatBytes(size_bytes)} · {formatNumber(text.length)} characters · {formatNumber(chunk_count)}{' '}
          {chunk_count === 1 ? 'passage' : 'passages'}
        </span>
      }
      actions={
        <Link to="/knowledge" search={{ agent: agent_id }} className={cx(buttonClass(), 'max-w-full')}>
          <span className="truncate">
            {agent.data ? `All documents of ${agent.data.name}` : 'All documents of its agent'}
          </span>
        </Link>
      }
    >
      {error !== null && (
        <p role="alert" className="mb-4 rounded-lg bg-danger-soft px-4 py-3 text-danger">
          {error}
        </p>
      )}
      <Tabs
        label="The document"
        value={view}
        onChange={(next) =>
          void navigate({
            to: '/knowledge/$id',
            params: { id },
            search: { ...search, view: next === 'text' ? undefined : next },
            replace: true,
          })
        }
        tabs={[
          {
            name: 'text',
            label: 'Text as it was read',
            content: <DocumentText text={text} passage={passage} />,
          },
          { name: 'passages', label: 'Passages', content: <Chunks documentId={id} chunks={chunks} /> },
        ]}
      />
    </PageFrame>
  );
}

function toPassage(start: unknown, end: unknown, length: number): { start: number; end: number } | undefined {
  const [from, to] = [Number(start), Number(end)];
  return Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= length
    ? { start: from, end: to }
    : undefined;
}
