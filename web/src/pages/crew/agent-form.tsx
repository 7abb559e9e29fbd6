import { Link } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { capsOf } from '../../api/caps.ts';
import { Button } from '../../ui/button.tsx';
import { Caps } from '../../ui/caps.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { ModelField } from '../../ui/model-field.tsx';
import { changeAgent, removeAgent } from './change-draft.ts';
import type { CrewEditor } from './crew-editor.ts';
import type { DraftAgent } from './draft.ts';
import { ToolsField } from './tools-field.tsx';

export function AgentForm({ editor, agent }: { readonly editor: CrewEditor; readonly agent: DraftAgent }) {
  const { crew, draft, change, select, errorAt } = editor;
  const saved = crew?.agents.find(({ id }) => id === agent.id);
  const caps = saved ? capsOf(saved) : [];
  const place = draft.agents.indexOf(agent);
  const set = (fields: Partial<DraftAgent>) => change((now) => changeAgent(now, agent.key, fields));
  const nameError = errorAt(`agents.${place}.name`);
  const input = (field: 'role' | 'goal' | 'backstory') => ({
    name: field,
    value: agent[field],
    error: errorAt(`agents.${place}.${field}`),
    onChange: ({ target }: { target: { value: string } }) => set({ [field]: target.value }),
  });
  return (
    <div className="space-y-4">
      <TextField
        label="Role"
        placeholder="Researcher"
        {...input('role')}
        // It has no name of its own here: it is named after its role.
        error={errorAt(`agents.${place}.role`) ?? (nameError && `Its name ${nameError}`)}
      />
      <TextArea
        label="Goal"
        rows={2}
        hint="Words in braces, like {topic}, are asked for when the crew is run."
        {...input('goal')}
      />
      <TextArea label="Backstory" rows={2} aside="optional" {...input('backstory')} />
      <ModelField
        value={agent.model}
        error={errorAt(`agents.${place}.model`)}
        onChange={(model) => set({ model })}
      />
      <ToolsField
        label="Tools"
        value={agent.tools}
        error={errorAt(`agents.${place}.tools`)}
        onChange={(tools) => set({ tools })}
      />
      {caps.length > 0 && <Caps caps={caps} />}
      {agent.id !== undefined && (
        <p className="text-sm text-muted">
          Instructions, knowledge and parameters are in{' '}
          <Link to="/agents/$id" params={{ id: agent.id }} className="text-accent underline">
            the agent’s own page
          </Link>
          .
        </p>
      )}
      <Button
        look="danger"
        onClick={() => {
          change((now) => removeAgent(now, agent.key));
          select(undefined);
        }}
      >
        <Trash2 aria-hidden="true" className="size-4" /> Take out of the crew
      </Button>
    </div>
  );
}
