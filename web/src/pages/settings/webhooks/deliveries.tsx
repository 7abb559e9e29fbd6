import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../../api/api.ts';
import { StatusBadge } from '../../../ui/badge.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { SelectField } from '../../../ui/field.tsx';
import { Loading } from '../../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../../ui/table.tsx';
import { Time } from '../../../ui/time.tsx';
import { useSearchState } from '../../../ui/use-search-state.ts';
import { DeliveryDialog } from './delivery-dialog.tsx';

const LIMIT = 25;
/** Attempts come by themselves; looking on shows them. */
const REFRESH_MS = 3_000;
const STATUSES = ['pending', 'delivered', 'failed'] as const;

function loadDeliveries(id: string, status: string | undefined, page: number) {
  const chosen = STATUSES.find((each) => each === status);
  const query = { page, limit: LIMIT, ...(chosen && { status: chosen }) };
  return ask(api.GET('/webhooks/{id}/deliveries', { params: { path: { id }, query } }));
}

export type Delivery = Awaited<ReturnType<typeof loadDeliveries>>['deliveries'][number];

export function Deliveries({ webhookId }: { readonly webhookId: string }) {
  const { search, page, change } = useSearchState();
  const found = useQuery({
    queryKey: ['webhooks', 'deliveries', webhookId, search.status, page],
    queryFn: () => loadDeliveries(webhookId, search.status, page),
    placeholderData: (before) => before,
    refetchInterval: REFRESH_MS,
  });
  const [shown, setShown] = useState<string>();
  if (found.isError) return <ErrorPanel error={found.error} title="The deliveries could not be loaded." />;
  if (!found.data) return <Loading />;
  const columns: Column<Delivery>[] = [
    {
      title: 'Event',
      cell: ({ id, event }) => (
        <button type="button" className="font-medium hover:underline" onClick={() => setShown(id)}>
          {event}
        </button>
      ),
    },
    { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
    { title: 'Attempts', figure: true, cell: ({ attempts }) => attempts },
    {
      title: 'Next attempt',
      wideOnly: true,
      cell: ({ next_attempt_at: at }) => (at ? <Time at={at} /> : '—'),
    },
    { title: 'Made', wideOnly: true, cell: ({ created_at }) => <Time at={created_at} /> },
  ];
  return (
    <>
      <SelectField
        label="Status"
        className="mb-3 w-40"
        value={search.status ?? ''}
        onChange={({ target }) => change({ status: target.value })}
      >
        <option value="">All</option>
        {STATUSES.map((status) => (
          <option key={status}>{status}</option>
        ))}
      </SelectField>
      {found.data.total === 0 ? (
        <p className="text-muted">
          None{search.status === undefined ? ' yet: send a test, and it stands here' : ' of this status'}.
        </p>
      ) : (
        <Table label="Deliveries" columns={columns} rows={found.data.deliveries} keyOf={({ id }) => id} />
      )}
      <Pages page={page} limit={LIMIT} total={found.data.total} onPage={(next) => change({ page: next })} />
      <DeliveryDialog webhookId={webhookId} deliveryId={shown} onClose={() => setShown(undefined)} />
    </>
  );
}
