import { type Role, useMay } from '../../../session/use-me.ts';
import { SelectField } from '../../../ui/field.tsx';

const ROLES: readonly { readonly role: Role; readonly words: string }[] = [
  { role: 'viewer', words: 'Viewer: reads and chats' },
  { role: 'editor', words: 'Editor: changes agents and crews, runs them' },
  { role: 'admin', words: 'Admin: also people, keys, providers' },
  { role: 'owner', words: 'Owner: also money' },
];

/** Nobody makes somebody above themselves. */
export function RoleField(props: { readonly value: Role; readonly onChange: (role: Role) => void }) {
  const mayOwner = useMay('owner');
  return (
    <SelectField
      label="Role"
      value={props.value}
      onChange={({ target }) => {
        const found = ROLES.find(({ role }) => role === target.value);
        if (found) props.onChange(found.role);
      }}
    >
      {ROLES.filter(({ role }) => role !== 'owner' || mayOwner).map(({ role, words }) => (
        <option key={role} value={role}>
          {words}
        </option>
      ))}
    </SelectField>
  );
}

export function toRole(text: string): Role {
  return ROLES.find(({ role }) => role === text)?.role ?? 'viewer';
}
