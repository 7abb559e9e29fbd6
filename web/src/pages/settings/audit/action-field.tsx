import type { paths } from '../../../api/schema.ts';
import { SelectField } from '../../../ui/field.tsx';

type Action = NonNullable<NonNullable<paths['/audit']['get']['parameters']['query']>['action']>;

const ACTIONS: readonly Action[] = [
  'login.succeeded',
  'login.failed',
  'session.ended',
  'session.reuse-detected',
  'password.changed',
  'password.set',
  'user.created',
  'user.updated',
  'user.deleted',
  'user.setup-link-issued',
  'key.created',
  'key.updated',
  'key.revoked',
  'widget.created',
  'account.created',
  'account.updated',
  'credit.adjusted',
  'provider.created',
  'provider.updated',
  'provider.deleted',
  'price.set',
  'price.removed',
  'tool.created',
  'tool.updated',
  'tool.deleted',
  'mcp-server.created',
  'mcp-server.updated',
  'mcp-server.deleted',
  'webhook.created',
  'webhook.updated',
  'webhook.deleted',
  'webhook.secret-rotated',
  'webhook.disabled',
  'sandbox.opened',
  'sandbox.emptied',
];

export function toAction(text: string | undefined): Action | undefined {
  return ACTIONS.find((action) => action === text);
}

interface ActionFieldProps {
  readonly value: string;
  readonly onChange: (action: string) => void;
}

export function ActionField({ value, onChange }: ActionFieldProps) {
  return (
    <SelectField
      label="What"
      className="w-52"
      value={value}
      onChange={({ target }) => onChange(target.value)}
    >
      <option value="">Everything</option>
      {ACTIONS.map((action) => (
        <option key={action} value={action}>
          {action.replaceAll(/[.-]/g, ' ')}
        </option>
      ))}
    </SelectField>
  );
}
