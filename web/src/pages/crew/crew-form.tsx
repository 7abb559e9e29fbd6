import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { ModelField } from '../../ui/model-field.tsx';
import type { CrewEditor } from './crew-editor.ts';
import type { CrewDraft } from './draft.ts';
import { InputsField } from './inputs-field.tsx';

type TextName =
  | 'name'
  | 'description'
  | 'max_cost_usd'
  | 'timeout_s'
  | 'max_delegations'
  | 'max_delegation_depth';

/** What is said of the crew as a whole. */
export function CrewForm({ editor }: { readonly editor: CrewEditor }) {
  const { draft, change, errorAt } = editor;
  const set = (fields: Partial<CrewDraft>) => change((now) => ({ ...now, ...fields }));
  const input = (field: TextName) => ({
    name: field,
    value: draft[field],
    error: errorAt(field),
    onChange: ({ target }: { target: { value: string } }) => set({ [field]: target.value }),
  });
  const isManaged = draft.process === 'hierarchical';
  return (
    <div className="space-y-4">
      <TextField label="Name" placeholder="Launch notes" {...input('name')} />
      <TextArea label="Description" rows={2} aside="optional" {...input('description')} />
      <SelectField
        label="How it works"
        value={draft.process}
        hint={
          isManaged
            ? 'A manager hands the tasks out, reviews, and sends back.'
            : 'Each task is done by its agent as soon as what it needs is there.'
        }
        onChange={({ target }) => set({ process: target.value })}
      >
        <option value="sequential">Task by task</option>
        <option value="hierarchical">With a manager</option>
      </SelectField>
      {isManaged && (
        <>
          <ModelField
            label="The manager’s model"
            value={draft.manager_model || (draft.agents[0]?.model ?? '')}
            error={errorAt('manager_model')}
            onChange={(model) => set({ manager_model: model })}
          />
          <div className="grid grid-cols-2 gap-3">
            <TextField label="Delegations a task" inputMode="numeric" {...input('max_delegations')} />
            <TextField label="Handed on at most" inputMode="numeric" {...input('max_delegation_depth')} />
          </div>
        </>
      )}
      <InputsField editor={editor} />
      <Checkbox
        label="Remembers"
        hint="What was learned in one run is recalled in the next."
        checked={draft.memory}
        onChange={({ target }) => set({ memory: target.checked })}
      />
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Cost limit" aside="US$" inputMode="decimal" {...input('max_cost_usd')} />
        <TextField label="Time limit" aside="seconds" inputMode="numeric" {...input('timeout_s')} />
      </div>
      {draft.max_cost_usd.trim() !== '' && (
        <Checkbox
          label="At that cost a person is asked"
          hint="The run waits for a higher bound instead of failing."
          checked={draft.on_max_cost === 'wait'}
          onChange={({ target }) => set({ on_max_cost: target.checked ? 'wait' : 'stop' })}
        />
      )}
    </div>
  );
}
