import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Agent } from '../../api/agent-query.ts';
import { api, ask } from '../../api/api.ts';
import { useMay } from '../../session/use-me.ts';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useForm } from '../../ui/use-form.ts';
import { SNIPPETS } from './snippets.ts';

const PLACEHOLDER = 'sk-…';

/** From here to a program that calls the agent: a key, and code that works as pasted. */
export function UseItTab({ agent }: { readonly agent: Agent }) {
  const [key, setKey] = useState(PLACEHOLDER);
  const [language, setLanguage] = useState('curl');
  const mayMakeKeys = useMay('admin');
  const call = { baseUrl: `${location.origin}/api/agents/v1`, key, agentId: agent.id };
  return (
    <div className="max-w-3xl space-y-5">
      <Panel title="1. A key" lead="Programs call the agent with it. It opens this agent and nothing else.">
        {key !== PLACEHOLDER ? (
          <div className="space-y-2">
            <CodeBlock code={key} label="the key" />
            <p role="status" className="text-warn">
              Copy it now: it is shown this once. It is in the code below already.
            </p>
          </div>
        ) : mayMakeKeys ? (
          <NewKey agent={agent} onMade={setKey} />
        ) : (
          <p>Ask an admin of your account for a key of this agent.</p>
        )}
      </Panel>
      <Panel title="2. The code" lead="Any OpenAI SDK works: the agent's id is the model.">
        <Tabs
          label="Languages"
          value={language}
          onChange={setLanguage}
          tabs={SNIPPETS.map(({ name, label, code }) => ({
            name,
            label,
            content: <CodeBlock code={code(call)} label={`the ${label} code`} />,
          }))}
        />
      </Panel>
    </div>
  );
}

function NewKey({ agent, onMade }: { readonly agent: Agent; readonly onMade: (key: string) => void }) {
  const queries = useQueryClient();
  const form = useForm({
    initial: { name: agent.name.slice(0, 100) },
    send: ({ name }) => ask(api.POST('/agent-keys', { body: { name, agent_ids: [agent.id] } })),
    onSent: ({ key }) => {
      void queries.invalidateQueries({ queryKey: ['keys'] });
      onMade(key);
    },
  });
  return (
    <form onSubmit={form.submit} className="space-y-3">
      {form.error && <ErrorPanel error={form.error} />}
      <div className="flex flex-wrap items-end gap-2">
        <TextField label="Name of the key" required className="max-w-xs flex-1" {...form.input('name')} />
        <Button look="primary" type="submit" busy={form.sending}>
          Make a key
        </Button>
      </div>
    </form>
  );
}
