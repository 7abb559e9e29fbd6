import { useQuery } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../../api/api.ts';
import { useMe } from '../../../session/use-me.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { confirm } from '../../../ui/confirm.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { PageFrame } from '../../../ui/page.tsx';
import { RowMenu } from '../../../ui/row-menu.tsx';
import { Loading } from '../../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../../ui/table.tsx';
import { Time } from '../../../ui/time.tsx';
import { useChange } from '../../../ui/use-change.ts';
import { useSearchState } from '../../../ui/use-search-state.ts';
import { ChangePersonDialog } from './change-person-dialog.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { LinkDialog, type SetupLink } from './link-dialog.tsx';

const LIMIT = 25;

export type Person = Awaited<ReturnType<typeof loadPeople>>['users'][number];

function loadPeople(page: number) {
  return ask(api.GET('/users', { params: { query: { page, limit: LIMIT } } }));
}

export function Page() {
  const me = useMe();
  const { page, change } = useSearchState();
  const people = useQuery({ queryKey: ['people', page], queryFn: () => loadPeople(page) });
  const attempt = useChange(['people']);
  const [inviting, setInviting] = useState(false);
  const [edited, setEdited] = useState<Person>();
  const [link, setLink] = useState<SetupLink>();

  const makeLink = ({ id, email }: Person) =>
    attempt({
      failed: 'The link could not be made',
      call: async () => {
        const made = await ask(api.POST('/users/{id}/setup-link', { params: { path: { id } } }));
        setLink({ email, url: made.setup_url ?? '' });
      },
    });
  const remove = async ({ id, email }: Person) => {
    const sure = await confirm({
      title: `Remove ${email}?`,
      body: 'Their sessions end at once. What they made stays.',
      action: 'Remove',
      danger: true,
    });
    if (!sure) return;
    await attempt({
      failed: `${email} could not be removed`,
      done: `${email} is removed`,
      call: () => ask(api.DELETE('/users/{id}', { params: { path: { id } } })),
    });
  };
  const columns: Column<Person>[] = [
    {
      title: 'Person',
      cell: ({ id, email, name, has_password }) => (
        <div className="py-2">
          <div className="font-medium">
            {name === '' ? email : name} {id === me.id && <span className="text-muted">(you)</span>}
          </div>
          <div className="flex flex-wrap gap-1.5 text-sm text-muted">
            {name !== '' && email} {!has_password && <Badge tone="warn">invited</Badge>}
          </div>
        </div>
      ),
    },
    {
      title: 'Role',
      cell: ({ role, is_operator }) => (
        <span className="inline-flex flex-wrap gap-1.5">
          <Badge tone={role === 'owner' ? 'accent' : 'neutral'}>{role}</Badge>
          {is_operator && <Badge>operator</Badge>}
        </span>
      ),
    },
    { title: 'Since', cell: ({ created_at }) => <Time at={created_at} />, wideOnly: true },
    {
      title: 'Actions',
      hideTitle: true,
      figure: true,
      cell: (person) => (
        <RowMenu
          label={`Actions for ${person.email}`}
          items={[
            { label: 'Change name or role', onChoose: () => setEdited(person) },
            { label: 'Make a password link', onChoose: () => void makeLink(person) },
            ...(person.id === me.id
              ? []
              : [{ label: 'Remove', danger: true, onChoose: () => void remove(person) }]),
          ]}
        />
      ),
    },
  ];
  return (
    <PageFrame
      title="People"
      lead="Viewers read and chat, editors change agents and crews, admins manage people, keys and providers, owners money."
      actions={
        <Button look="primary" onClick={() => setInviting(true)}>
          <UserPlus aria-hidden="true" className="size-4" /> Invite
        </Button>
      }
    >
      {people.isError && <ErrorPanel error={people.error} title="The people could not be loaded." />}
      {people.isPending && <Loading />}
      {people.data && (
        <>
          <Table label="People" columns={columns} rows={people.data.users} keyOf={({ id }) => id} />
          <Pages
            page={page}
            limit={LIMIT}
            total={people.data.total}
            onPage={(next) => change({ page: next })}
          />
        </>
      )}
      <InviteDialog
        open={inviting}
        onClose={() => setInviting(false)}
        onInvited={(made) => {
          setInviting(false);
          setLink(made);
        }}
      />
      <ChangePersonDialog person={edited} onClose={() => setEdited(undefined)} />
      <LinkDialog link={link} onClose={() => setLink(undefined)} />
    </PageFrame>
  );
}
