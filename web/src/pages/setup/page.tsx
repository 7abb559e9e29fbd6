import { useNavigate, useSearch } from '@tanstack/react-router';
import { signIn } from '../../session/sign-in.ts';
import { Door } from '../../shell/door.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/field.tsx';
import { useForm } from '../../ui/use-form.ts';

/** Where the one-time link of somebody without a password leads: the first owner, and whoever was invited. */
export function Page() {
  const { token }: { token?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const form = useForm({
    initial: { password: '' },
    send: ({ password }) => signIn({ setup_token: String(token ?? '') }, password),
    onSent: () => void navigate({ to: '/' }),
  });
  return (
    <Door title="Set your password" lead="You are signed in right after; the link works once.">
      <form onSubmit={form.submit} className="space-y-4">
        {form.error && <ErrorPanel error={form.error} />}
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          minLength={10}
          maxLength={256}
          required
          autoFocus
          hint="10 characters or more; a few words are easiest to remember."
          {...form.input('password')}
        />
        <Button look="primary" type="submit" busy={form.sending} className="w-full">
          Set password
        </Button>
      </form>
    </Door>
  );
}
