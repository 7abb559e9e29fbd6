import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../../api/api.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { confirm } from '../../../ui/confirm.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { Panel } from '../../../ui/page.tsx';
import { Loading } from '../../../ui/skeleton.tsx';
import { Pages } from '../../../ui/table.tsx';
import { Time } from '../../../ui/time.tsx';
import { useChange } from '../../../ui/use-change.ts';
import { describeClient } from './describe-client.ts';

const LIMIT = 25;

/** Where one is signed in, and the way out of each. */
export function SessionsPanel() {
  const [page, setPage] = useState(1);
  const found = useQuery({
    queryKey: ['sessions', page],
    queryFn: () => ask(api.GET('/auth/sessions', { params: { query: { page, limit: LIMIT } } })),
    placeholderData: (before) => before,
  });
  const attempt = useChange(['sessions']);
  const end = (id: string) =>
    attempt({
      failed: 'The session could not be ended',
      done: 'That session has ended',
      call: () => ask(api.DELETE('/auth/sessions/{session_id}', { params: { path: { session_id: id } } })),
    });
  const endOthers = async () => {
    const sure = await confirm({
      title: 'Sign out everywhere else?',
      body: 'Other browsers and programs that use your password have to sign in again. Agent keys go on.',
      action: 'Sign out the others',
      danger: true,
    });
    if (!sure) return;
    setPage(1);
    await attempt({
      failed: 'The sessions could not be ended',
      done: 'You are signed in here alone',
      call: () => ask(api.DELETE('/auth/sessions')),
    });
  };
  const sessions = found.data?.sessions ?? [];
  return (
    <Panel title="Where you are signed in" lead="One you do not know? Sign it out and change your password.">
      {found.isError && <ErrorPanel error={found.error} title="Your sessions could not be loaded." />}
      {found.isPending && <Loading />}
      <ul className="divide-y">
        {sessions.map((session) => (
          <li key={session.id} className="flex items-center justify-between gap-3 py-2.5 first:pt-0">
            <div className="min-w-0">
              <div className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
                <span title={session.user_agent ?? undefined}>{describeClient(session.user_agent)}</span>
                {session.is_current && <Badge tone="ok">this one</Badge>}
              </div>
              <div className="text-sm text-muted">
                {session.ip ?? 'unknown address'} · since <Time at={session.created_at} />
              </div>
            </div>
            {!session.is_current && (
              <Button
                size="small"
                aria-label={`Sign out ${describeClient(session.user_agent)}`}
                onClick={() => void end(session.id)}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
      {found.data && <Pages page={page} limit={LIMIT} total={found.data.total} onPage={setPage} />}
      {(found.data?.total ?? 0) > 1 && (
        <Button look="danger" className="mt-3" onClick={() => void endOthers()}>
          Sign out everywhere else
        </Button>
      )}
    </Panel>
  );
}
