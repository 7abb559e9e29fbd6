import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bot, Plus } from 'lucide-react';
import { likelyAgent, newestAgents, ownAgent } from '../../api/newest-agents.ts';
import { useMay, useMe } from '../../session/use-me.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { AtAGlance } from './at-a-glance.tsx';
import { FirstSteps } from './first-steps.tsx';
import { TalkToAgent } from './talk-to-agent.tsx';

export function Page() {
  const me = useMe();
  const mayEdit = useMay('editor');
  const agents = useQuery(newestAgents);
  const likely = likelyAgent(agents.data?.agents ?? []);
  return (
    <PageFrame title="Overview" lead={`${me.account.name}, as ${me.name === '' ? me.email : me.name}`}>
      {agents.isError ? (
        <ErrorPanel
          error={agents.error}
          title="The agents could not be loaded."
          onRetry={() => void agents.refetch()}
        />
      ) : !agents.data ? (
        <Loading />
      ) : (
        <div className="space-y-5">
          <AtAGlance agents={agents.data.total} />
          <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
            {likely ? (
              <TalkToAgent likely={likely} />
            ) : (
              <Empty
                icon={Bot}
                title="No agents yet"
                action={
                  mayEdit && (
                    <Link to="/agents" search={{ new: 1 }} className={buttonClass('primary')}>
                      <Plus aria-hidden="true" className="size-4" /> New agent
                    </Link>
                  )
                }
              >
                Make the first one, and talk to it here.
              </Empty>
            )}
            {mayEdit && <FirstSteps own={ownAgent(agents.data.agents)} other={likely} />}
          </div>
        </div>
      )}
    </PageFrame>
  );
}
