import { useQuery } from '@tanstack/react-query';
import { Bot, Plus } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/field.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import type { CrewEditor } from './crew-editor.ts';
import { newAgent, toJoined } from './draft.ts';

interface AddAgentProps {
  readonly editor: CrewEditor;
  readonly model: string;
  readonly onClose: () => void;
}

/** A new agent, or one that there is already. */
export function AddAgentDialog({ editor, model, onClose }: AddAgentProps) {
  const { draft, change, select } = editor;
  const [q, setQ] = useState('');
  const found = useQuery({
    queryKey: ['agents', 'to-join', q],
    queryFn: () => ask(api.GET('/agents', { params: { query: { limit: 50, ...(q !== '' && { q }) } } })),
    placeholderData: (before) => before,
  });
  const others = (found.data?.agents ?? []).filter(({ id }) => !draft.agents.some((own) => own.id === id));

  const add = (agent: ReturnType<typeof newAgent>) => {
    change((now) => ({ ...now, agents: [...now.agents, agent] }));
    select({ kind: 'agent', key: agent.key });
    onClose();
  };
  const join = async (id: string) => {
    try {
      add(toJoined(await ask(api.GET('/agents/{id}', { params: { path: { id } } }))));
    } catch (error) {
      toast.failed('The agent could not be read', error);
    }
  };
  return (
    <Dialog open onClose={onClose} title="Add an agent">
      <Button look="primary" onClick={() => add(newAgent(model))}>
        <Plus aria-hidden="true" className="size-4" /> New agent
      </Button>
      <div className="mt-5 space-y-3">
        <TextField
          label="Or one that there is"
          type="search"
          placeholder="Part of the name"
          value={q}
          onChange={({ target }) => setQ(target.value)}
        />
        {found.isPending && <Loading lines={2} />}
        {found.isError && <ErrorPanel error={found.error} title="The agents could not be loaded." />}
        {found.isSuccess && others.length === 0 && <p className="text-muted">No other agent of that name.</p>}
        <ul className="divide-y rounded-md border empty:hidden">
          {others.map(({ id, name, model: its }) => (
            <li key={id}>
              <button
                type="button"
                onClick={() => void join(id)}
                className="flex w-full items-center gap-2.5 px-3 py-2 text-left hover:bg-hover"
              >
                <Bot aria-hidden="true" className="size-4 shrink-0 text-muted" />
                <span className="min-w-0 flex-1 truncate">{name}</span>
                <span className="truncate text-sm text-muted">{its}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
