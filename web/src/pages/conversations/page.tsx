import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { MessagesSquare, Search } from 'lucide-react';
import { agentQuery } from '../../api/agent-query.ts';
import { api, ask } from '../../api/api.ts';
import { AgentField } from '../../ui/agent-field.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatNumber } from '../../ui/format.ts';
import { namesNow } from '../../ui/names-now.ts';
import { PageFrame } from '../../ui/page.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useSettled } from '../../ui/use-settled.ts';

const LIMIT = 20;

interface Filters {
  readonly page?: number;
  readonly q?: string;
  readonly agent?: string;
}

export function Page() {
  const search: Filters = useSearch({ strict: false });
  const page = Number(search.page ?? 1);
  const [q, agentId] = [String(search.q ?? ''), String(search.agent ?? '')];
  const navigate = useNavigate();
  const agent = useQuery({ ...agentQuery(agentId), enabled: agentId !== '' });
  const words = useSettled(q.trim());
  const conversations = useQuery({
    queryKey: ['conversations', { page, words, agentId }],
    queryFn: () => {
      const filters = { ...(words !== '' && { q: words }), ...(agentId !== '' && { agent_id: agentId }) };
      return ask(api.GET('/conversations', { params: { query: { page, limit: LIMIT, ...filters } } }));
    },
    placeholderData: keepPreviousData,
  });
  const show = (change: Filters) => {
    const next = { q, agent: agentId, ...change };
    const kept = Object.entries(next).filter(([, value]) => value !== '' && value !== 1);
    void navigate({ to: '/conversations', search: Object.fromEntries(kept), replace: true });
  };
  const bound = conversations.data?.searched_conversations;
  const isFiltered = q !== '' || agentId !== '';
  const nameOf = namesNow(
    (conversations.data?.conversations ?? []).map((each) => ({ id: each.agent_id, name: each.agent_name })),
  );
  const columns: Column<Row>[] = [
    {
      title: 'Begins with',
      cell: ({ id, title, found }) => (
        <div className="py-2">
          <Link
            to="/conversations/$id"
            params={{ id }}
            {...(found && { search: { at: found.message_id } })}
            className="line-clamp-1 font-medium break-all hover:text-accent hover:underline"
          >
            {title === '' ? 'Without words' : title}
          </Link>
          {found && (
            <p className="line-clamp-2 text-sm break-words text-muted">
              <Marked text={found.excerpt} words={words} />
            </p>
          )}
        </div>
      ),
    },
    {
      title: 'Agent',
      // One that was made by itself belongs to nobody yet.
      cell: ({ agent_id }) => agent_id !== '' && <span className="text-muted">{nameOf(agent_id)}</span>,
      wideOnly: true,
    },
    { title: 'Turns', cell: ({ turn_count }) => formatNumber(turn_count), figure: true, wideOnly: true },
    { title: 'Last active', cell: ({ updated_at }) => <Time at={updated_at} /> },
  ];

  return (
    <PageFrame title="Conversations" lead="What was said with your agents, over whichever API.">
      <div className="mb-4 grid grid-cols-1 gap-3 sm:grid-cols-2 sm:max-w-xl">
        <TextField
          label="Search"
          type="search"
          placeholder="Words that were said"
          defaultValue={q}
          onChange={({ target }) => show({ q: target.value, page: 1 })}
        />
        <AgentField
          label="Agent"
          none="All agents"
          value={agentId === '' ? null : (agent.data ?? null)}
          onChange={(next) => show({ agent: next?.id ?? '', page: 1 })}
        />
      </div>
      {bound != null && (
        <p role="status" className="mb-4 rounded-lg bg-warn-soft px-4 py-2.5">
          There are more than {formatNumber(bound)} conversations: what was said is looked for in the{' '}
          {formatNumber(bound)} that were last active, and in the titles of all. An older one is found by the
          words that it begins with.
        </p>
      )}
      {conversations.isError ? (
        <ErrorPanel
          error={conversations.error}
          title="The conversations could not be loaded."
          onRetry={() => void conversations.refetch()}
        />
      ) : !conversations.data ? (
        <Loading />
      ) : conversations.data.total > 0 ? (
        <>
          <Table
            label="Conversations"
            columns={columns}
            rows={conversations.data.conversations}
            keyOf={({ id }) => id}
          />
          <Pages
            page={page}
            limit={LIMIT}
            total={conversations.data.total}
            onPage={(next) => show({ page: next })}
          />
        </>
      ) : isFiltered ? (
        <Empty icon={Search} title="Nothing fits">
          Try fewer words, or all agents.
        </Empty>
      ) : (
        <Empty icon={MessagesSquare} title="No conversations yet">
          They appear here when a program calls an agent. What you try in an editor is not kept.
        </Empty>
      )}
    </PageFrame>
  );
}

/** An excerpt in which the words that were searched for stand out. */
function Marked({ text, words }: { readonly text: string; readonly words: string }) {
  const at = text.toLowerCase().indexOf(words.toLowerCase());
  if (at === -1 || words === '') return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + words.length)}</mark>
      {text.slice(at + words.length)}
    </>
  );
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly agent_id: string;
  readonly agent_name: string | null;
  readonly turn_count: number;
  readonly updated_at: string;
  readonly found: { readonly message_id: string; readonly excerpt: string } | null;
}
