import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { changeTask, moveTask, removeTask } from './change-draft.ts';
import { ContextField } from './context-field.tsx';
import type { CrewEditor } from './crew-editor.ts';
import { type DraftTask, titleOfAgent } from './draft.ts';
import { ToolsField } from './tools-field.tsx';

type TextName =
  | 'name'
  | 'description'
  | 'expected_output'
  | 'guardrail'
  | 'output_schema'
  | 'max_retries'
  | 'timeout_s';

export function TaskForm({ editor, task }: { readonly editor: CrewEditor; readonly task: DraftTask }) {
  const { draft, change, select, errorAt } = editor;
  const place = draft.tasks.indexOf(task);
  const set = (fields: Partial<DraftTask>) => change((now) => changeTask(now, task.key, fields));
  const input = (field: TextName) => ({
    name: field,
    value: task[field],
    error: errorAt(`tasks.${place}.${field}`),
    onChange: ({ target }: { target: { value: string } }) => set({ [field]: target.value }),
  });
  const isManaged = draft.process === 'hierarchical';
  const isElsewhere = task.agent !== null && !draft.agents.some(({ key }) => key === task.agent);
  const isOpen = task.guardrail !== '' || task.output_schema !== '' || task.tools !== null;
  return (
    <div className="space-y-4">
      <TextField label="Name" placeholder="research" aside="optional" {...input('name')} />
      <TextArea
        label="What is to be done"
        rows={4}
        hint="Words in braces, like {topic}, are asked for when the crew is run."
        {...input('description')}
      />
      <TextArea label="What the result looks like" rows={2} aside="optional" {...input('expected_output')} />
      <SelectField
        label="Done by"
        value={task.agent ?? ''}
        error={errorAt(`tasks.${place}.agent_id`) ?? errorAt(`tasks.${place}.agent`)}
        onChange={({ target }) => set({ agent: target.value === '' ? null : target.value })}
      >
        <option value="">{isManaged ? 'Whom the manager chooses' : 'Choose an agent'}</option>
        {draft.agents.map((agent) => (
          <option key={agent.key} value={agent.key}>
            {titleOfAgent(agent)}
          </option>
        ))}
        {isElsewhere && task.agent !== null && <option value={task.agent}>An agent outside the crew</option>}
      </SelectField>
      <ContextField editor={editor} task={task} />
      <Checkbox
        label="A person approves the output"
        hint="The run waits until somebody says yes, or sends it back."
        checked={task.human_input}
        onChange={({ target }) => set({ human_input: target.checked })}
      />
      <Checkbox
        label="Runs beside its neighbours"
        hint="At the same time as the tasks next to it that have this set too."
        checked={task.async}
        onChange={({ target }) => set({ async: target.checked })}
      />
      <details open={isOpen || undefined} className="rounded-md border px-3 py-2">
        <summary className="font-medium">Checks, tools and bounds</summary>
        <div className="mt-3 space-y-4">
          <TextArea
            label="Guardrail"
            rows={2}
            hint="A rule in words. An output that breaks it is sent back with the reason."
            {...input('guardrail')}
          />
          <TextArea
            label="Output schema"
            rows={4}
            spellCheck={false}
            hint="A JSON Schema; then the output is JSON."
            {...input('output_schema')}
          />
          <div className="grid grid-cols-2 gap-3">
            <TextField label="Retries" inputMode="numeric" {...input('max_retries')} />
            <TextField label="Time limit (s)" inputMode="numeric" {...input('timeout_s')} />
          </div>
          <Checkbox
            label="Tools of its own"
            hint="Instead of those of its agent."
            checked={task.tools !== null}
            onChange={({ target }) => set({ tools: target.checked ? [] : null })}
          />
          {task.tools !== null && (
            <ToolsField
              label="Its tools"
              value={task.tools}
              error={errorAt(`tasks.${place}.tools`)}
              onChange={(tools) => set({ tools })}
            />
          )}
        </div>
      </details>
      <div className="flex flex-wrap gap-2">
        <Button disabled={place === 0} onClick={() => change((now) => moveTask(now, task.key, -1))}>
          <ArrowUp aria-hidden="true" className="size-4" /> Earlier
        </Button>
        <Button
          disabled={place === draft.tasks.length - 1}
          onClick={() => change((now) => moveTask(now, task.key, 1))}
        >
          <ArrowDown aria-hidden="true" className="size-4" /> Later
        </Button>
        <Button
          look="danger"
          onClick={() => {
            change((now) => removeTask(now, task.key));
            select(undefined);
          }}
        >
          <Trash2 aria-hidden="true" className="size-4" /> Delete the task
        </Button>
      </div>
    </div>
  );
}
