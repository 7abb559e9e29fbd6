import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { signIn } from '../../session/sign-in.ts';
import { meQuery } from '../../session/use-me.ts';
import { Door } from '../../shell/door.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/field.tsx';
import { useForm } from '../../ui/use-form.ts';

export function Page() {
  const { next }: { next?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm({
    initial: { email: '', password: '' },
    send: ({ email, password }) => signIn({ email }, password),
    onSent: async () => {
      // Whoever was signed in before may have been somebody else.
      queries.clear();
      await queries.ensureQueryData(meQuery);
      await navigate({ href: pathWithin(next) });
    },
  });
  return (
    <Door title="Sign in">
      <form onSubmit={form.submit} className="space-y-4">
        {form.error && <ErrorPanel error={form.error} />}
        <TextField
          label="Email"
          type="email"
          autoComplete="username"
          required
          autoFocus
          {...form.input('email')}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          {...form.input('password')}
        />
        <Button look="primary" type="submit" busy={form.sending} className="w-full">
          Sign in
        </Button>
      </form>
      <p className="mt-6 text-sm text-muted">
        No password yet? Open the one-time link that the server printed at its first start, or that an admin
        sent you.
      </p>
    </Door>
  );
}

/** Only paths of this console: an address in a link must not lead anywhere else. */
function pathWithin(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/';
}
