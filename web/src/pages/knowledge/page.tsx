import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Bot } from 'lucide-react';
import { agentQuery } from '../../api/agent-query.ts';
import { likelyAgent, newestAgents } from '../../api/newest-agents.ts';
import { useMay } from '../../session/use-me.ts';
import { AgentField } from '../../ui/agent-field.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { Documents } from './documents.tsx';
import { SearchPanel } from './search-panel.tsx';

export function Page() {
  const search: { agent?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const mayEdit = useMay('editor');
  const wanted = typeof search.agent === 'string' ? search.agent : undefined;
  const named = useQuery({ ...agentQuery(wanted ?? ''), enabled: wanted !== undefined, retry: false });
  const agents = useQuery(newestAgents);
  const chosen = named.data ?? (named.isLoading ? undefined : likelyAgent(agents.data?.agents ?? []));
  return (
    <PageFrame title="Knowledge" lead="The documents that an agent answers from, and what it finds in them.">
      {agents.isError ? (
        <ErrorPanel
          error={agents.error}
          title="The agents could not be loaded."
          onRetry={() => void agents.refetch()}
        />
      ) : !agents.data || named.isLoading ? (
        <Loading />
      ) : !chosen ? (
        <Empty
          icon={Bot}
          title="Documents belong to an agent"
          action={
            mayEdit && (
              <Link to="/agents" search={{ new: 1 }} className={buttonClass('primary')}>
                New agent
              </Link>
            )
          }
        >
          Make an agent first; then give it what it should know.
        </Empty>
      ) : (
        <div className="space-y-5">
          <AgentField
            label="Agent"
            className="max-w-sm"
            value={chosen}
            onChange={(agent) => agent && void navigate({ to: '/knowledge', search: { agent: agent.id } })}
          />
          <Documents key={chosen.id} agentId={chosen.id} mayEdit={mayEdit} />
          <SearchPanel key={`search ${chosen.id}`} agentId={chosen.id} />
        </div>
      )}
    </PageFrame>
  );
}
