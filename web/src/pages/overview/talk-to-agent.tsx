import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { agentQuery } from '../../api/agent-query.ts';
import { api, ask } from '../../api/api.ts';
import { GUIDE } from '../../api/newest-agents.ts';
import { ChatPanel } from '../../chat/chat-panel.tsx';
import { useTestChat } from '../../chat/use-test-chat.ts';
import { AgentField, type NamedAgent } from '../../ui/agent-field.tsx';
import { Loading } from '../../ui/skeleton.tsx';

const ABOUT_MUSTER = [
  'How do I add documents to an agent?',
  'How do I call an agent from Python?',
  'What happens when the credit is used up?',
];
const noDraft = () => undefined;

/** One of the account's agents, ready to answer; on a new server the one that knows Muster. */
export function TalkToAgent({ likely }: { readonly likely: NamedAgent }) {
  const [chosen, setChosen] = useState<NamedAgent>();
  const guide = useQuery({
    queryKey: ['agents', 'guide'],
    queryFn: () => ask(api.GET('/agents', { params: { query: { limit: 1, q: GUIDE } } })),
  });
  if (guide.isLoading) return <Loading />;
  const agent = chosen ?? guide.data?.agents[0] ?? likely;
  return (
    <div className="min-w-0 space-y-3">
      <AgentField label="Talk to" value={agent} onChange={(next) => next && setChosen(next)} />
      <Talk key={agent.id} agent={agent} />
    </div>
  );
}

function Talk({ agent }: { readonly agent: NamedAgent }) {
  const chat = useTestChat(agent.id, noDraft);
  const whole = useQuery(agentQuery(agent.id));
  return (
    <ChatPanel
      title={agent.name}
      lead="Answers like it would over the API; nothing of this is kept."
      model={whole.data?.model}
      chat={chat}
      keep={`overview.${agent.id}.message`}
      suggestions={agent.name === GUIDE ? ABOUT_MUSTER : []}
      className="h-[60dvh]"
    />
  );
}
