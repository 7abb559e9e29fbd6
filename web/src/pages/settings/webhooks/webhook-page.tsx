import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../../../api/api.ts';
import { ifMatch } from '../../../api/if-match.ts';
import { StatusBadge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { confirm } from '../../../ui/confirm.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { PageFrame, Panel } from '../../../ui/page.tsx';
import { RowMenu } from '../../../ui/row-menu.tsx';
import { Loading } from '../../../ui/skeleton.tsx';
import { Time } from '../../../ui/time.tsx';
import { useChange } from '../../../ui/use-change.ts';
import { Deliveries } from './deliveries.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { type Webhook, webhookStatus } from './use-webhooks.ts';
import { WebhookDialog } from './webhook-dialog.tsx';

export function Page() {
  const { id = '' } = useParams({ strict: false });
  const webhook = useQuery({
    queryKey: ['webhooks', 'one', id],
    queryFn: () => ask(api.GET('/webhooks/{id}', { params: { path: { id } } })),
  });
  return (
    <PageFrame
      title="Webhook"
      lead={webhook.data && <span className="break-all">{webhook.data.url}</span>}
      actions={webhook.data && <Actions webhook={webhook.data} />}
    >
      {webhook.isError && <ErrorPanel error={webhook.error} title="The webhook could not be loaded." />}
      {webhook.isPending && <Loading />}
      {webhook.data && (
        <div className="space-y-5">
          <State webhook={webhook.data} />
          <section>
            <h2 className="mb-3 font-semibold">Deliveries</h2>
            <Deliveries webhookId={id} />
          </section>
        </div>
      )}
    </PageFrame>
  );
}

function State({ webhook }: { readonly webhook: Webhook }) {
  const { events, failing_since, disabled_reason, previous_secret_until } = webhook;
  return (
    <Panel>
      <div className="flex flex-wrap items-center gap-2">
        <StatusBadge status={webhookStatus(webhook)} />
        {failing_since !== null && (
          <span className="text-muted">
            no attempt has succeeded since <Time at={failing_since} />
          </span>
        )}
        {disabled_reason !== null && <span className="text-muted">{disabled_reason}</span>}
      </div>
      <p className="mt-2">Told of {events.join(', ')}.</p>
      {previous_secret_until !== null && (
        <p className="mt-1 text-muted">
          Signed by the former secret as well, until <Time at={previous_secret_until} />.
        </p>
      )}
    </Panel>
  );
}

function Actions({ webhook }: { readonly webhook: Webhook }) {
  const attempt = useChange(['webhooks']);
  const navigate = useNavigate();
  const [editing, setEditing] = useState(false);
  const [secret, setSecret] = useState<string>();
  const path = { id: webhook.id };
  const headers = ifMatch(webhook);

  const test = () =>
    attempt({
      failed: 'The test was not taken',
      done: 'Your server has taken the test',
      call: async () => {
        const { status, log } = await ask(api.POST('/webhooks/{id}/test', { params: { path } }));
        const last = log.at(-1);
        if (status !== 'delivered')
          throw new Error(last?.error ?? `It answered ${last?.status ?? 'nothing'}.`);
      },
    });
  const toggle = () =>
    attempt({
      failed: 'The webhook could not be changed',
      done: webhook.enabled ? 'The webhook is disabled' : 'The webhook is enabled',
      call: () =>
        ask(api.PATCH('/webhooks/{id}', { params: { path }, body: { enabled: !webhook.enabled }, headers })),
    });
  const rotate = async () => {
    const sure = await confirm({
      title: 'Make a new secret?',
      body: 'For a day messages are signed by both, so that your server can change over.',
      action: 'Make a new secret',
    });
    if (!sure) return;
    await attempt({
      failed: 'No new secret could be made',
      call: async () => {
        const made = await ask(
          api.POST('/webhooks/{id}/rotate-secret', { params: { path }, body: {}, headers }),
        );
        setSecret(made.secret);
      },
    });
  };
  const remove = async () => {
    const sure = await confirm({
      title: 'Delete this webhook?',
      body: 'Its deliveries go with it, those that are pending too.',
      action: 'Delete',
      danger: true,
    });
    if (!sure) return;
    const done = await attempt({
      failed: 'The webhook could not be deleted',
      done: 'The webhook is deleted',
      call: () => ask(api.DELETE('/webhooks/{id}', { params: { path }, headers })),
    });
    if (done) await navigate({ to: '/settings/webhooks' });
  };
  return (
    <>
      <Button onClick={() => void test()}>Send a test</Button>
      <Button onClick={() => setEditing(true)}>Change</Button>
      <RowMenu
        label="More actions"
        items={[
          { label: webhook.enabled ? 'Disable' : 'Enable', onChoose: () => void toggle() },
          { label: 'Make a new secret', onChoose: () => void rotate() },
          { label: 'Delete', danger: true, onChoose: () => void remove() },
        ]}
      />
      <WebhookDialog edited={editing ? webhook : undefined} onClose={() => setEditing(false)} />
      <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />
    </>
  );
}
