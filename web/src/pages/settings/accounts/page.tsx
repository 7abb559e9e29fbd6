import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../../api/api.ts';
import { useMe } from '../../../session/use-me.ts';
import { StatusBadge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { confirm } from '../../../ui/confirm.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { formatUsdShort } from '../../../ui/format.ts';
import { PageFrame } from '../../../ui/page.tsx';
import { RowMenu } from '../../../ui/row-menu.tsx';
import { Loading } from '../../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../../ui/table.tsx';
import { Time } from '../../../ui/time.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useChange } from '../../../ui/use-change.ts';
import { useSearchState } from '../../../ui/use-search-state.ts';
import { DeleteAccountDialog } from '../account/delete-account-dialog.tsx';
import { LinkDialog, type SetupLink } from '../people/link-dialog.tsx';
import { AccountDialog } from './account-dialog.tsx';
import { GiveCreditDialog } from './give-credit-dialog.tsx';

const LIMIT = 25;

function loadAccounts(page: number) {
  return ask(api.GET('/accounts', { params: { query: { page, limit: LIMIT } } }));
}

export type Account = Awaited<ReturnType<typeof loadAccounts>>['accounts'][number];

export function Page() {
  const me = useMe();
  const queries = useQueryClient();
  const { page, change } = useSearchState();
  const accounts = useQuery({ queryKey: ['accounts', page], queryFn: () => loadAccounts(page) });
  const attempt = useChange(['accounts']);
  const [edited, setEdited] = useState<Account | 'new'>();
  const [credited, setCredited] = useState<Account>();
  const [removed, setRemoved] = useState<Account>();
  const [link, setLink] = useState<SetupLink>();

  const setStatus = async ({ id, name }: Account, status: 'active' | 'suspended') => {
    const sure =
      status === 'active' ||
      (await confirm({
        title: `Suspend ${name}?`,
        body: 'Its keys and sessions stop working at once, and what is open under them ends. Nothing is deleted.',
        action: 'Suspend',
        danger: true,
      }));
    if (!sure) return;
    await attempt({
      failed: 'The account could not be changed',
      done: status === 'active' ? `${name} is active again` : `${name} is suspended`,
      call: () => ask(api.PATCH('/accounts/{id}', { params: { path: { id } }, body: { status } })),
    });
  };
  const columns: Column<Account>[] = [
    { title: 'Account', cell: ({ name }) => <span className="font-medium">{name}</span> },
    { title: 'Tier', cell: ({ tier, limits }) => (limits ? `${tier}, own limits` : tier), wideOnly: true },
    { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
    { title: 'Balance', figure: true, cell: ({ balance_usd }) => formatUsdShort(balance_usd) },
    { title: 'Since', wideOnly: true, cell: ({ created_at }) => <Time at={created_at} /> },
    {
      title: 'Actions',
      hideTitle: true,
      figure: true,
      cell: (account) => (
        <RowMenu
          label={`Actions for ${account.name}`}
          items={[
            { label: 'Change', onChoose: () => setEdited(account) },
            { label: 'Add credit', onChoose: () => setCredited(account) },
            ...(account.id === me.account.id
              ? []
              : [
                  suspension(account),
                  { label: 'Delete', danger: true, onChoose: () => setRemoved(account) },
                ]),
          ]}
        />
      ),
    },
  ];
  const suspension = (account: Account) =>
    account.status === 'active'
      ? { label: 'Suspend', danger: true, onChoose: () => void setStatus(account, 'suspended') }
      : { label: 'Make active', onChoose: () => void setStatus(account, 'active') };
  return (
    <PageFrame
      title="Accounts"
      lead="Each has its own people, agents, data and credit; none sees another."
      actions={
        <Button look="primary" onClick={() => setEdited('new')}>
          <Plus aria-hidden="true" className="size-4" /> New account
        </Button>
      }
    >
      {accounts.isError && <ErrorPanel error={accounts.error} title="The accounts could not be loaded." />}
      {accounts.isPending && <Loading />}
      {accounts.data && (
        <>
          <Table label="Accounts" columns={columns} rows={accounts.data.accounts} keyOf={({ id }) => id} />
          <Pages
            page={page}
            limit={LIMIT}
            total={accounts.data.total}
            onPage={(next) => change({ page: next })}
          />
        </>
      )}
      <AccountDialog edited={edited} onClose={() => setEdited(undefined)} onMade={setLink} />
      <GiveCreditDialog account={credited} onClose={() => setCredited(undefined)} />
      <DeleteAccountDialog
        name={removed?.name}
        onClose={() => setRemoved(undefined)}
        remove={(confirm) =>
          ask(
            api.DELETE('/accounts/{id}', { params: { path: { id: removed?.id ?? '' } }, body: { confirm } }),
          )
        }
        onRemoved={() => {
          toast.done('Account deleted', `${removed?.name} and all that it held are gone.`);
          setRemoved(undefined);
          void queries.invalidateQueries({ queryKey: ['accounts'] });
        }}
      />
      <LinkDialog link={link} onClose={() => setLink(undefined)} />
    </PageFrame>
  );
}
