import { useQuery } from '@tanstack/react-query';
import { Download, ScrollText } from 'lucide-react';
import { api, ask } from '../../../api/api.ts';
import { Button } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { download } from '../../../ui/download.ts';
import { Empty } from '../../../ui/empty.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { TextField } from '../../../ui/field.tsx';
import { formatDateTime } from '../../../ui/format.ts';
import { PageFrame } from '../../../ui/page.tsx';
import { Loading } from '../../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../../ui/table.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useNarrow } from '../../../ui/use-narrow.ts';
import { useSearchState } from '../../../ui/use-search-state.ts';
import { ActionField } from './action-field.tsx';
import { describeAction, isAction } from './actions.ts';
import { DetailList, NarrowLine } from './narrow-line.tsx';
import { shortId } from './short-id.ts';

const LIMIT = 25;

type Search = Readonly<Record<string, string>>;

function toFilter(search: Search) {
  const { action, from, to, actor_id, object_id } = search;
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(action !== undefined && isAction(action) && { action }),
    ...(actor_id !== undefined && { actor_id }),
    ...(object_id !== undefined && { object_id }),
  };
}

function loadAudit(search: Search, page: number) {
  return ask(api.GET('/audit', { params: { query: { ...toFilter(search), page, limit: LIMIT } } }));
}

type Line = Awaited<ReturnType<typeof loadAudit>>['entries'][number];

export function Page() {
  const { search, page, change } = useSearchState();
  const isNarrow = useNarrow();
  const log = useQuery({
    queryKey: ['audit', search, page],
    queryFn: () => loadAudit(search, page),
    placeholderData: (before) => before,
  });
  const save = (type: string, name: string) =>
    download(`/audit?${new URLSearchParams(toFilter(search))}`, type, name).catch((error: unknown) =>
      toast.failed('The file could not be made', error),
    );
  const only = (name: 'actor_id' | 'object_id', id: string | null | undefined, words: string) =>
    id ? (
      <button
        type="button"
        title={id}
        className={cx(
          'text-left hover:underline',
          // The name of a model may be long; addresses of people are read whole.
          name === 'object_id' ? 'min-w-32 wrap-anywhere' : 'whitespace-nowrap',
        )}
        onClick={() => change({ [name]: id })}
      >
        {words}
      </button>
    ) : (
      words
    );
  const who = ({ actor }: Line) => only('actor_id', actor.id, actor.name);
  const on = ({ object }: Line) =>
    only('object_id', object?.id, object ? `${object.type} ${shortId(object.id)}` : '—');
  const narrow: Column<Line>[] = [
    { title: 'What', cell: (line) => <NarrowLine line={line} who={who(line)} on={on(line)} /> },
  ];
  const wide: Column<Line>[] = [
    { title: 'Time', cell: ({ time }) => <span className="whitespace-nowrap">{formatDateTime(time)}</span> },
    {
      title: 'What',
      cell: ({ action }) => (
        <span title={action} className="block min-w-36 py-1.5">
          {describeAction(action)}
        </span>
      ),
    },
    { title: 'Who', cell: who },
    { title: 'On', cell: on },
    {
      title: 'Details',
      cell: ({ details }) => (
        <div className="max-w-72 min-w-40">
          <DetailList details={details} />
        </div>
      ),
    },
    { title: 'From', cell: ({ actor }) => actor.ip ?? '' },
  ];
  const isFiltered = Object.keys(toFilter(search)).length > 0;
  return (
    <PageFrame
      title="Audit log"
      wide
      lead="Who changed what that decides who may do what, and what it costs. Lines are only ever added."
      actions={
        <>
          <Button onClick={() => save('text/csv', 'audit.csv')}>
            <Download aria-hidden="true" className="size-4" /> CSV
          </Button>
          <Button onClick={() => save('application/x-ndjson', 'audit.ndjson')}>
            <Download aria-hidden="true" className="size-4" /> NDJSON
          </Button>
        </>
      }
    >
      <search aria-label="Filters" className="mb-4 flex flex-wrap items-end gap-3">
        <ActionField value={search.action ?? ''} onChange={(action) => change({ action })} />
        {(['from', 'to'] as const).map((name) => (
          <TextField
            key={name}
            label={name === 'from' ? 'From' : 'To'}
            type="date"
            className="w-36"
            value={search[name] ?? ''}
            onChange={({ target }) => change({ [name]: target.value })}
          />
        ))}
        {isFiltered && (
          <Button
            look="quiet"
            onClick={() =>
              change({
                action: undefined,
                from: undefined,
                to: undefined,
                actor_id: undefined,
                object_id: undefined,
              })
            }
          >
            Show all
          </Button>
        )}
      </search>
      {log.data?.checkpoint && (
        <p className="mb-4 text-sm text-muted" title={log.data.checkpoint.hash}>
          {`The first ${log.data.checkpoint.seq.toLocaleString()} lines, up to ${formatDateTime(log.data.checkpoint.last_time)}, are past their time. A signed checkpoint stands for them.`}
        </p>
      )}
      {log.isError && <ErrorPanel error={log.error} title="The audit log could not be loaded." />}
      {log.isPending && <Loading />}
      {log.data?.total === 0 && (
        <Empty icon={ScrollText} title="Nothing that matches">
          Choose a longer period or another kind of change.
        </Empty>
      )}
      {log.data && log.data.total > 0 && (
        <>
          <Table
            label="Audit log"
            columns={isNarrow ? narrow : wide}
            rows={log.data.entries}
            keyOf={({ id }) => id}
          />
          <Pages page={page} limit={LIMIT} total={log.data.total} onPage={(next) => change({ page: next })} />
        </>
      )}
    </PageFrame>
  );
}
