import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../../api/api.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { DialogForm } from '../../../ui/dialog-form.tsx';
import { SelectField, TextField } from '../../../ui/field.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useForm } from '../../../ui/use-form.ts';
import type { SetupLink } from '../people/link-dialog.tsx';
import type { Account } from './page.tsx';

const TIERS = {
  free: 'free: 100 requests a minute, 1,000 an hour',
  pro: 'pro: 1,000 requests a minute, 10,000 an hour',
  enterprise: 'enterprise: no limits but its own',
} as const;
type Tier = keyof typeof TIERS;
const isTier = (text: string): text is Tier => text in TIERS;

interface AccountDialogProps {
  readonly edited: Account | 'new' | undefined;
  readonly onClose: () => void;
  /** With the one-time link of the new owner. */
  readonly onMade: (link: SetupLink) => void;
}

export function AccountDialog({ edited, onClose, onMade }: AccountDialogProps) {
  const account = edited === 'new' ? undefined : edited;
  return (
    <Dialog
      open={edited !== undefined}
      onClose={onClose}
      title={account ? `Change ${account.name}` : 'New account'}
    >
      {edited && (
        <AccountForm key={account?.id ?? 'new'} account={account} onClose={onClose} onMade={onMade} />
      )}
    </Dialog>
  );
}

interface AccountFormProps extends Omit<AccountDialogProps, 'edited'> {
  readonly account: Account | undefined;
}

function AccountForm({ account, onClose, onMade }: AccountFormProps) {
  const queries = useQueryClient();
  const form = useForm({
    initial: {
      name: account?.name ?? '',
      owner_email: '',
      tier: account && isTier(account.tier) ? account.tier : 'enterprise',
      requests_per_minute: String(account?.limits?.requests_per_minute ?? ''),
      requests_per_hour: String(account?.limits?.requests_per_hour ?? ''),
      concurrent_streams: String(account?.limits?.concurrent_streams ?? ''),
      running_jobs: String(account?.limits?.running_jobs ?? ''),
    },
    keep: `account.${account?.id ?? 'new'}`,
    send: async (values): Promise<SetupLink | undefined> => {
      const { name, owner_email, tier } = values;
      const limits = {
        ...(values.requests_per_minute !== '' && {
          requests_per_minute: Number(values.requests_per_minute),
        }),
        ...(values.requests_per_hour !== '' && { requests_per_hour: Number(values.requests_per_hour) }),
        ...(values.concurrent_streams !== '' && { concurrent_streams: Number(values.concurrent_streams) }),
        ...(values.running_jobs !== '' && { running_jobs: Number(values.running_jobs) }),
      };
      const hasLimits = Object.keys(limits).length > 0;
      if (account) {
        const body = { name, tier, limits: hasLimits ? limits : null };
        await ask(api.PATCH('/accounts/{id}', { params: { path: { id: account.id } }, body }));
        return undefined;
      }
      const body = { name, owner_email, tier, ...(hasLimits && { limits }) };
      const { owner } = await ask(api.POST('/accounts', { body }));
      return { email: owner.email, url: owner.setup_url ?? '' };
    },
    onSent: (link) => {
      void queries.invalidateQueries({ queryKey: ['accounts'] });
      toast.done(account ? 'Account changed' : 'Account made');
      onClose();
      if (link) onMade(link);
    },
  });
  const count = { type: 'number', min: '1', step: '1', hint: 'Empty: as the tier says.' } as const;
  return (
    <DialogForm form={form} action={account ? 'Save' : 'Make account'} onCancel={onClose}>
      <TextField label="Name" required autoFocus maxLength={200} {...form.input('name')} />
      {!account && (
        <TextField
          label="Email of its owner"
          type="email"
          required
          hint="You get a link for them, by which they set a password."
          {...form.input('owner_email')}
        />
      )}
      <SelectField
        label="Tier"
        value={form.values.tier}
        onChange={({ target }) => isTier(target.value) && form.set('tier', target.value)}
      >
        {Object.entries(TIERS).map(([tier, words]) => (
          <option key={tier} value={tier}>
            {words}
          </option>
        ))}
      </SelectField>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <TextField label="Requests a minute" {...count} {...form.input('requests_per_minute')} />
        <TextField label="Requests an hour" {...count} {...form.input('requests_per_hour')} />
        <TextField label="Open streams at once" {...count} {...form.input('concurrent_streams')} />
        <TextField label="Running jobs at once" {...count} {...form.input('running_jobs')} />
      </div>
    </DialogForm>
  );
}
