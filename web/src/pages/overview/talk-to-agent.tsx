import { useState } from 'react';
import { ChatPanel } from '../../chat/chat-panel.tsx';
import { useTestChat } from '../../chat/use-test-chat.ts';
import { SelectField } from '../../ui/field.tsx';

interface Talkable {
  readonly id: string;
  readonly name: string;
}

const ABOUT_MUSTER = [
  'How do I add documents to an agent?',
  'How do I call an agent from Python?',
  'What happens when the credit is used up?',
];
/** The agent that a new server brings along; it knows Muster's own guide. */
const GUIDE = 'Muster guide';
const noDraft = () => undefined;

/** One of the account's agents, ready to answer; on a new server the one that knows Muster. */
export function TalkToAgent({ agents }: { readonly agents: readonly Talkable[] }) {
  const [chosen, setChosen] = useState<string>();
  const agent =
    agents.find(({ id }) => id === chosen) ?? agents.find(({ name }) => name === GUIDE) ?? agents[0];
  if (!agent) return null;
  return (
    <div className="min-w-0 space-y-3">
      {agents.length > 1 && (
        <SelectField label="Talk to" value={agent.id} onChange={({ target }) => setChosen(target.value)}>
          {agents.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <Talk key={agent.id} agent={agent} />
    </div>
  );
}

function Talk({ agent }: { readonly agent: Talkable }) {
  const chat = useTestChat(agent.id, noDraft);
  return (
    <ChatPanel
      title={agent.name}
      lead="Answers like it would over the API; nothing of this is kept."
      chat={chat}
      suggestions={agent.name === GUIDE ? ABOUT_MUSTER : []}
      className="h-[60dvh]"
    />
  );
}
