import { useQuery } from '@tanstack/react-query';
import { loadTools } from '../../api/all-tools.ts';
import { Checkbox } from '../../ui/field.tsx';
import { toolHint } from '../../ui/tool-hint.ts';

interface ToolsFieldProps {
  readonly label: string;
  readonly value: readonly string[];
  readonly onChange: (tools: readonly string[]) => void;
  readonly error?: string | undefined;
}

/** Which tools somebody has. One that is gone stays in the list until it is taken off. */
export function ToolsField({ label, value, onChange, error }: ToolsFieldProps) {
  const found = useQuery({
    queryKey: ['tools', 'to-choose'],
    queryFn: loadTools,
  });
  const known = found.data ?? [];
  const gone = value.filter((name) => found.data && !known.some((tool) => tool.name === name));
  const rows = [...known, ...gone.map((name) => ({ name, description: 'There is no such tool any more.' }))];
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{label}</legend>
      <div className="max-h-44 space-y-2 overflow-y-auto rounded-md border p-2.5">
        {rows.map(({ name, description, ...tool }) => (
          <Checkbox
            key={name}
            label={name}
            hint={toolHint({ ...tool, description: description.split(/(?<=\.)\s/, 1)[0] ?? '' })}
            checked={value.includes(name)}
            onChange={({ target }) =>
              onChange(target.checked ? [...value, name] : value.filter((other) => other !== name))
            }
          />
        ))}
      </div>
      {error !== undefined && <p className="mt-1 text-sm text-danger">{error}</p>}
    </fieldset>
  );
}
