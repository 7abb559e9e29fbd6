import { Link } from '@tanstack/react-router';
import { Plus, Webhook as WebhookIcon } from 'lucide-react';
import { useState } from 'react';
import { StatusBadge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { Empty } from '../../../ui/empty.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { PageFrame } from '../../../ui/page.tsx';
import { Loading } from '../../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../../ui/table.tsx';
import { Time } from '../../../ui/time.tsx';
import { useSearchState } from '../../../ui/use-search-state.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { useWebhooks, WEBHOOKS_LIMIT, type Webhook, webhookStatus } from './use-webhooks.ts';
import { WebhookDialog } from './webhook-dialog.tsx';

const COLUMNS: readonly Column<Webhook>[] = [
  {
    title: 'Address',
    cell: ({ id, url, description }) => (
      <div className="py-2">
        <Link to="/settings/webhooks/$id" params={{ id }} className="font-medium break-all hover:underline">
          {url}
        </Link>
        {description !== '' && <div className="text-sm text-muted">{description}</div>}
      </div>
    ),
  },
  { title: 'Status', cell: (webhook) => <StatusBadge status={webhookStatus(webhook)} /> },
  { title: 'Told of', wideOnly: true, cell: ({ events }) => events.join(', ') },
  { title: 'Since', wideOnly: true, cell: ({ created_at }) => <Time at={created_at} /> },
];

export function Page() {
  const { page, change } = useSearchState();
  const webhooks = useWebhooks(page);
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string>();
  const add = (
    <Button look="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden="true" className="size-4" /> Add webhook
    </Button>
  );
  return (
    <PageFrame
      title="Webhooks"
      lead="Your own server is told of what happens here, signed, and again until it has taken it."
      actions={add}
    >
      {webhooks.isError && <ErrorPanel error={webhooks.error} title="The webhooks could not be loaded." />}
      {webhooks.isPending && <Loading />}
      {webhooks.data?.total === 0 && (
        <Empty icon={WebhookIcon} title="No webhooks yet" action={add}>
          Add the address of your server, choose what it is told of, and check the signature with the secret
          that you get.
        </Empty>
      )}
      {webhooks.data && webhooks.data.total > 0 && (
        <>
          <Table label="Webhooks" columns={COLUMNS} rows={webhooks.data.webhooks} keyOf={({ id }) => id} />
          <Pages
            page={page}
            limit={WEBHOOKS_LIMIT}
            total={webhooks.data.total}
            onPage={(next) => change({ page: next })}
          />
        </>
      )}
      <WebhookDialog
        edited={adding ? 'new' : undefined}
        onClose={() => setAdding(false)}
        onSecret={setSecret}
      />
      <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />
    </PageFrame>
  );
}
