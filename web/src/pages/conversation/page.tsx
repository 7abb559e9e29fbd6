import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Bot, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { agentQuery } from '../../api/agent-query.ts';
import { api, ask } from '../../api/api.ts';
import { useMay } from '../../session/use-me.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { cx } from '../../ui/cx.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { BranchTree } from './branch-tree.tsx';
import { TurnTree } from './turn-tree.ts';
import { TurnView } from './turn-view.tsx';

/** A conversation as its people saw it, one branch at a time, with the steps behind each answer. */
export function Page() {
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const search: { at?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const mayDelete = useMay('admin');
  const path = { params: { path: { id } } };
  const conversation = useQuery({
    queryKey: ['conversation', id],
    queryFn: () => ask(api.GET('/conversations/{id}', path)),
    retry: false,
  });
  // One that was deleted has no page.
  const agentId = conversation.data?.agent_id;
  const agent = useQuery({
    ...agentQuery(agentId ?? ''),
    enabled: agentId !== undefined,
    retry: false,
  });
  const tree = useMemo(() => new TurnTree(conversation.data?.turns ?? []), [conversation.data]);
  if (!conversation.data) {
    return (
      <PageFrame title="Conversation">
        {conversation.isError ? (
          <ErrorPanel
            error={conversation.error}
            title="The conversation could not be shown."
            onRetry={() => void conversation.refetch()}
          />
        ) : (
          <Loading />
        )}
      </PageFrame>
    );
  }
  const { title, newest_message_id, updated_at, end_user } = conversation.data;
  const chosen = tree.pathTo(String(search.at ?? ''));
  const shown = chosen.length > 0 ? chosen : tree.pathTo(newest_message_id);
  const goTo = (messageId: string) =>
    void navigate({
      to: '/conversations/$id',
      params: { id },
      search: { at: tree.newestBelow(messageId) },
      replace: true,
    });
  const remove = async () => {
    const yes = await confirm({
      title: 'Delete this conversation?',
      body: 'All that was said in it is gone, on every branch. What it cost stays on the usage log.',
      action: 'Delete conversation',
      danger: true,
    });
    if (!yes) return;
    await ask(api.DELETE('/conversations/{id}', path)).then(
      () => navigate({ to: '/conversations' }),
      (error: unknown) => toast.failed('The conversation was not deleted', error),
    );
  };
  return (
    <PageFrame
      title={title === '' ? 'Conversation' : title}
      lead={
        <>
          <code className="font-mono text-xs">{id}</code> · last active <Time at={updated_at} />
          {end_user !== null && ` · with ${end_user}`}
        </>
      }
      actions={
        <>
          {agent.data && (
            <Link to="/agents/$id" params={{ id: agent.data.id }} className={cx(buttonClass(), 'max-w-full')}>
              <Bot aria-hidden="true" className="size-4 shrink-0" />
              <span className="truncate">{agent.data.name}</span>
            </Link>
          )}
          {mayDelete && (
            <Button look="danger" onClick={() => void remove()}>
              <Trash2 aria-hidden="true" className="size-4" /> Delete
            </Button>
          )}
        </>
      }
    >
      <div
        className={
          tree.hasBranches ? 'grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_16rem]' : ''
        }
      >
        <ol aria-label="Turns" className="space-y-6">
          {shown.map((turn) => (
            <TurnView key={turn.message_id} turn={turn} branches={tree.siblingsOf(turn)} onBranch={goTo} />
          ))}
        </ol>
        {tree.hasBranches && (
          <BranchTree
            tree={tree}
            shown={new Set(shown.map(({ message_id }) => message_id))}
            onChoose={goTo}
          />
        )}
      </div>
    </PageFrame>
  );
}
