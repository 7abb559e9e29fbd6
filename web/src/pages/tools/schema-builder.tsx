import { Plus, Trash2 } from 'lucide-react';
import { Button, IconButton } from '../../ui/button.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { isParameterType, newParameter, type Parameter, TYPES } from './parameters.ts';

interface SchemaBuilderProps {
  readonly parameters: readonly Parameter[];
  readonly onChange: (parameters: readonly Parameter[]) => void;
}

/** What a model has to fill in to call the tool, a line each. */
export function SchemaBuilder({ parameters, onChange }: SchemaBuilderProps) {
  const change = (id: string, next: Partial<Parameter>) =>
    onChange(parameters.map((each) => (each.id === id ? { ...each, ...next } : each)));
  return (
    <fieldset>
      <legend className="font-medium">Parameters</legend>
      <p className="mb-2 text-sm text-muted">
        What the model fills in. Say of each what it is; models read it.
      </p>
      <ul className="space-y-3">
        {parameters.map(({ id, name, type, description, required }, index) => (
          <li key={id} className="space-y-3 rounded-lg border p-3">
            <div className="flex items-end gap-3">
              <TextField
                label={`Name ${index + 1}`}
                className="flex-1"
                value={name}
                onChange={({ target }) => change(id, { name: target.value })}
              />
              <SelectField
                label={`Type ${index + 1}`}
                className="w-36"
                value={type}
                onChange={({ target }) => isParameterType(target.value) && change(id, { type: target.value })}
              >
                {Object.entries(TYPES).map(([value, words]) => (
                  <option key={value} value={value}>
                    {words}
                  </option>
                ))}
              </SelectField>
              <IconButton
                label={`Remove parameter ${index + 1}`}
                onClick={() => onChange(parameters.filter((each) => each.id !== id))}
              >
                <Trash2 aria-hidden="true" />
              </IconButton>
            </div>
            <TextField
              label={`What it is ${index + 1}`}
              value={description}
              onChange={({ target }) => change(id, { description: target.value })}
            />
            <Checkbox
              label="Always needed"
              checked={required}
              onChange={({ target }) => change(id, { required: target.checked })}
            />
          </li>
        ))}
      </ul>
      <Button className="mt-3" size="small" onClick={() => onChange([...parameters, newParameter()])}>
        <Plus aria-hidden="true" className="size-4" /> Add parameter
      </Button>
    </fieldset>
  );
}
