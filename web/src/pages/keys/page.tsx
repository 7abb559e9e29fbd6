import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { capsOf } from '../../api/caps.ts';
import { useNames } from '../../api/use-names.ts';
import { useMay } from '../../session/use-me.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Caps } from '../../ui/caps.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { PageFrame } from '../../ui/page.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useNarrow } from '../../ui/use-narrow.ts';
import { useSearchState } from '../../ui/use-search-state.ts';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { EditKeyDialog } from './edit-key-dialog.tsx';
import { KEYS_LIMIT, type Key, statusOf, useKeyActions, useKeys } from './use-keys.ts';

export function Page() {
  const may = useMay('admin');
  const { page, change } = useSearchState();
  const keys = useKeys(page, may);
  const names = useNames();
  const [creating, setCreating] = useState(false);
  const [edited, setEdited] = useState<Key>();
  const create = (
    <Button look="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden="true" className="size-4" /> Create key
    </Button>
  );
  return (
    <PageFrame
      title="Keys"
      lead="Programs call agents and crews with a key, as they would call OpenAI."
      actions={may && create}
    >
      {!may && (
        <Empty icon={KeyRound} title="Keys are managed by admins">
          Ask an admin or the owner of this account for a key, or to change your role.
        </Empty>
      )}
      {keys.isError && (
        <ErrorPanel
          error={keys.error}
          title="The keys could not be loaded."
          onRetry={() => void keys.refetch()}
        />
      )}
      {may && keys.isPending && <Loading />}
      {keys.data?.total === 0 && (
        <Empty icon={KeyRound} title="No keys yet" action={create}>
          Create one, paste the code that comes with it into your program, and it talks to your agent.
        </Empty>
      )}
      {keys.data && keys.data.total > 0 && (
        <>
          <KeyTable keys={keys.data.keys} nameOf={names.nameOf} onEdit={setEdited} />
          <Pages
            page={page}
            limit={KEYS_LIMIT}
            total={keys.data.total}
            onPage={(next) => change({ page: next })}
          />
        </>
      )}
      <CreateKeyDialog open={creating} onClose={() => setCreating(false)} names={names} />
      <EditKeyDialog edited={edited} onClose={() => setEdited(undefined)} names={names} />
    </PageFrame>
  );
}

function KeyTable(props: {
  readonly keys: readonly Key[];
  readonly nameOf: (id: string) => string;
  readonly onEdit: (key: Key) => void;
}) {
  const { keys, nameOf, onEdit } = props;
  const { setDisabled, revoke } = useKeyActions();
  const now = Date.now();
  const isNarrow = useNarrow();
  const limitsOf = (key: Key) => (
    <Caps
      caps={capsOf(key)}
      requests={{ minute: key.requests_per_minute, hour: key.requests_per_hour }}
      narrow={isNarrow}
    />
  );
  const columns: Column<Key>[] = [
    {
      title: 'Key',
      cell: (key) => (
        <div className="py-2">
          <div className="font-medium">{key.name}</div>
          <code className="font-mono text-xs whitespace-nowrap text-muted">
            {key.prefix}…{key.last4}
          </code>
          {isNarrow && isBounded(key) && limitsOf(key)}
        </div>
      ),
    },
    { title: 'Status', cell: (key) => <StatusBadge status={statusOf(key, now)} /> },
    {
      title: 'May call',
      wideOnly: true,
      cell: ({ agent_ids }) => (agent_ids === null ? 'all' : agent_ids.map(nameOf).join(', ') || 'nothing'),
    },
    // On a phone they stand under the key's name.
    ...(isNarrow ? [] : [{ title: 'Limits', cell: limitsOf }]),
    { title: 'Last used', wideOnly: true, cell: ({ last_used_at }) => <Time at={last_used_at} /> },
    {
      title: 'Expires',
      wideOnly: true,
      cell: ({ expires_at }) =>
        expires_at === null ? (
          <span className="text-muted">never</span>
        ) : (
          <span className="whitespace-nowrap">{formatDateTime(expires_at)}</span>
        ),
    },
    {
      title: 'Actions',
      hideTitle: true,
      figure: true,
      cell: (key) => (
        <RowMenu
          label={`Actions for ${key.name}`}
          items={[
            { label: 'Change', onChoose: () => onEdit(key) },
            {
              label: key.disabled ? 'Enable' : 'Disable',
              onChoose: () => void setDisabled(key, !key.disabled),
            },
            { label: 'Revoke', danger: true, onChoose: () => void revoke(key) },
          ]}
        />
      ),
    },
  ];
  return <Table label="Keys" columns={columns} rows={keys} keyOf={({ id }) => id} />;
}

/** Whether it has a limit of its own. */
function isBounded(key: Key): boolean {
  const { requests_per_minute, requests_per_hour } = key;
  return capsOf(key).length > 0 || requests_per_minute !== null || requests_per_hour !== null;
}
