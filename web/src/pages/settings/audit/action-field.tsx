import { SelectField } from '../../../ui/field.tsx';
import { ACTION_NAMES, describeAction } from './actions.ts';

interface ActionFieldProps {
  readonly value: string;
  readonly onChange: (action: string) => void;
}

export function ActionField({ value, onChange }: ActionFieldProps) {
  return (
    <SelectField
      label="What"
      className="w-72 max-w-full"
      value={value}
      onChange={({ target }) => onChange(target.value)}
    >
      <option value="">Everything</option>
      {ACTION_NAMES.map((action) => (
        <option key={action} value={action}>
          {describeAction(action)}
        </option>
      ))}
    </SelectField>
  );
}
