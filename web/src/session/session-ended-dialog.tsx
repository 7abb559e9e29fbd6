import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useQueryClient } from '@tanstack/react-query';
import { useServerState } from '../api/server-state.ts';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { backdropClass, popupClass } from '../ui/dialog.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { TextField } from '../ui/field.tsx';
import { useForm } from '../ui/use-form.ts';
import { signIn } from './sign-in.ts';
import { useMe } from './use-me.ts';

/** Lies over the page when the session has ended, so that what was typed below is still there afterwards. */
export function SessionEndedDialog() {
  const { sessionEnded } = useServerState();
  const { email } = useMe();
  return (
    <AlertDialog.Root open={sessionEnded}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup className={cx(popupClass, 'max-w-sm p-5')}>
          <AlertDialog.Title className="text-base font-semibold">Your session has ended</AlertDialog.Title>
          <AlertDialog.Description className="mt-1 mb-4 text-muted">
            Sign in to go on. The page stays as it is, with what you typed.
          </AlertDialog.Description>
          <SignInAgain email={email} />
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function SignInAgain({ email }: { readonly email: string }) {
  const queries = useQueryClient();
  const form = useForm({
    initial: { password: '' },
    send: ({ password }) => signIn({ email }, password),
    onSent: () => void queries.invalidateQueries(),
  });
  return (
    <form onSubmit={form.submit} className="space-y-4">
      {form.error && <ErrorPanel error={form.error} />}
      <TextField
        label={`Password of ${email}`}
        type="password"
        autoComplete="current-password"
        required
        {...form.input('password')}
      />
      <div className="flex justify-between gap-2">
        <Button look="quiet" onClick={() => location.assign('/login')}>
          Sign in as somebody else
        </Button>
        <Button look="primary" type="submit" busy={form.sending}>
          Sign in
        </Button>
      </div>
    </form>
  );
}
