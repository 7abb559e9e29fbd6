import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Agent } from '../../api/agent-query.ts';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { ModelField } from '../../ui/model-field.tsx';
import { troubleWith } from '../../ui/model-trouble.tsx';
import { Panel } from '../../ui/page.tsx';
import { type AgentDraft, FIELD_NAMES } from './agent-draft.ts';
import { CapsLeft } from './caps-left.tsx';
import { ToolChoice } from './tool-choice.tsx';
import type { AgentEditor } from './use-agent-editor.ts';

type TextName = {
  [Name in keyof AgentDraft]: AgentDraft[Name] extends string ? Name : never;
}[keyof AgentDraft];

export function AgentForm({ agent, editor }: { readonly agent: Agent; readonly editor: AgentEditor }) {
  const { draft, set, errorOf } = editor;
  const input = (name: TextName) => ({
    label: FIELD_NAMES[name],
    name,
    value: draft[name],
    error: errorOf(name),
    onChange: ({ target }: { target: { value: string } }) => set(name, target.value),
  });
  const number = (name: TextName, min: number, max: number, step: number | 'any' = 1) => ({
    ...input(name),
    type: 'number',
    inputMode: 'decimal' as const,
    min,
    max,
    step,
  });
  const dollars = (name: TextName) => number(name, 0, 1_000_000_000, 'any');
  return (
    <div className="space-y-5">
      <Panel title="What it does">
        <div className="space-y-4">
          <TextField {...input('name')} required maxLength={200} />
          <Instructions input={input} draft={draft} />
          <TextField {...input('description')} hint="For people and programs that list the agents." />
        </div>
      </Panel>
      <Panel title="Model">
        <div className="space-y-4">
          <ModelField
            value={draft.model}
            error={errorOf('model')}
            trouble={draft.model === agent.model ? troubleWith(agent) : undefined}
            onChange={(model) => set('model', model)}
          />
          <details>
            <summary className="w-fit font-medium text-muted hover:text-text">Parameters</summary>
            <div className="mt-3 grid grid-cols-1 gap-4 sm:grid-cols-2">
              <TextField {...number('temperature', 0, 2, 'any')} hint="0 to 2. Empty: the model's own." />
              <TextField {...number('top_p', 0, 1, 'any')} hint="0 to 1. Empty: the model's own." />
              <TextField {...number('max_output_tokens', 1, 10_000_000)} hint="In tokens." />
              <SelectField {...input('reasoning_effort')} hint="Where the model can reason.">
                <option value="">The model's own</option>
                {['none', 'minimal', 'low', 'medium', 'high', 'xhigh'].map((effort) => (
                  <option key={effort}>{effort}</option>
                ))}
              </SelectField>
              <TextArea {...input('stop')} rows={2} hint="Texts that end the answer, one a line." />
            </div>
          </details>
        </div>
      </Panel>
      <Panel title="Tools" lead="What it may use while it answers.">
        <ToolChoice chosen={draft.tools} error={errorOf('tools')} onChange={(tools) => set('tools', tools)} />
      </Panel>
      <Panel
        title="Knowledge and bounds"
        lead={
          <>
            What it answers from is under{' '}
            <Link to="/knowledge" search={{ agent: agent.id }} className="text-accent underline">
              its documents
            </Link>
            .
          </>
        }
      >
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <SelectField {...input('knowledge_mode')}>
            <option value="tool">When the model wants to</option>
            <option value="always">With every message</option>
          </SelectField>
          <TextField {...number('knowledge_limit', 1, 50)} />
          <TextField {...number('max_steps', 1, 50)} hint="Model calls until it has to answer." />
          <TextField {...dollars('max_cost_usd')} hint="In US dollars. Empty: no bound." />
          <TextField {...dollars('daily_limit_usd')} hint="Of all its calls, from midnight UTC." />
          <TextField
            {...dollars('monthly_limit_usd')}
            hint="Of all its calls, from the first of the month, UTC."
          />
        </div>
        <CapsLeft agent={agent} />
      </Panel>
    </div>
  );
}

/** Free words, or the three parts that crews are used to; the free words win where both are there. */
function Instructions({
  input,
  draft,
}: {
  readonly input: (name: TextName) => Parameters<typeof TextArea>[0];
  readonly draft: AgentDraft;
}) {
  const hasParts =
    draft.instructions === '' && (draft.role !== '' || draft.goal !== '' || draft.backstory !== '');
  const [inParts, setInParts] = useState(hasParts);
  return (
    <fieldset className="space-y-4">
      <legend className="sr-only">Instructions</legend>
      <div className="flex gap-4">
        {[false, true].map((each) => (
          <label key={String(each)} className="flex items-center gap-2">
            <input
              type="radio"
              name="instructions-form"
              checked={inParts === each}
              onChange={() => setInParts(each)}
              className="size-4 accent-accent"
            />
            {each ? 'Role, goal and backstory' : 'Instructions'}
          </label>
        ))}
      </div>
      {inParts ? (
        <>
          <TextArea {...input('role')} rows={1} hint="Who it is: “Senior returns clerk”." />
          <TextArea {...input('goal')} rows={2} hint="What it is after." />
          <TextArea {...input('backstory')} rows={3} hint="What it knows and how it works." />
          {draft.instructions !== '' && (
            <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">
              The instructions are used instead as long as they are not empty.
            </p>
          )}
        </>
      ) : (
        <TextArea
          {...input('instructions')}
          rows={10}
          hint="What it is for and how it should answer, as you would tell a new colleague."
        />
      )}
    </fieldset>
  );
}
