import { useState } from 'react';
import { api, ask } from '../../../api/api.ts';
import { useMay, useMe } from '../../../session/use-me.ts';
import { singleKeys } from '../../../shell/shortcuts.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { Checkbox, TextField } from '../../../ui/field.tsx';
import { PageFrame, Panel } from '../../../ui/page.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useForm } from '../../../ui/use-form.ts';
import { DeleteAccountPanel } from './delete-account-panel.tsx';
import { ExportPanel } from './export-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';

export function Page() {
  const me = useMe();
  const ownsIt = useMay('owner') && !me.account.is_sandbox;
  const [keysOn, setKeysOn] = useState(singleKeys.areOn);
  return (
    <PageFrame title="Your account" lead={`${me.email}, ${me.role} of ${me.account.name}`}>
      <div className="space-y-5">
        <PasswordPanel />
        <SessionsPanel />
        <Panel title="Keyboard">
          <Checkbox
            label="Single-key shortcuts"
            hint="g and a letter goes to a page, ? shows all. Switch them off if you speak to your computer."
            checked={keysOn}
            onChange={({ target }) => {
              singleKeys.set(target.checked);
              setKeysOn(target.checked);
            }}
          />
        </Panel>
        {ownsIt && (
          <>
            <ExportPanel />
            <DeleteAccountPanel />
          </>
        )}
      </div>
    </PageFrame>
  );
}

const EMPTY = { current_password: '', new_password: '' };

function PasswordPanel() {
  const form = useForm({
    initial: EMPTY,
    send: (body) => ask(api.PUT('/auth/password', { body })),
    onSent: () => {
      form.reset(EMPTY);
      toast.done('Password changed', 'Your other sessions have ended.');
    },
  });
  return (
    <Panel title="Password" lead="Changing it ends your other sessions.">
      <form onSubmit={form.submit} className="max-w-sm space-y-4">
        {form.error && <ErrorPanel error={form.error} />}
        <TextField
          label="Current password"
          type="password"
          autoComplete="current-password"
          required
          {...form.input('current_password')}
        />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          minLength={10}
          required
          hint="10 characters or more."
          {...form.input('new_password')}
        />
        <Button type="submit" look="primary" busy={form.sending}>
          Change password
        </Button>
      </form>
    </Panel>
  );
}
