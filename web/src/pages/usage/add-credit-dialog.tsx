import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatUsd } from '../../ui/format.ts';
import { toast } from '../../ui/toast.tsx';
import { useForm } from '../../ui/use-form.ts';

interface AddCreditDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function AddCreditDialog({ open, onClose }: AddCreditDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Add credit"
      description="Agents spend it as they work; at zero they answer 402."
    >
      <CreditForm onDone={onClose} />
    </Dialog>
  );
}

function CreditForm({ onDone }: { readonly onDone: () => void }) {
  const queries = useQueryClient();
  const form = useForm({
    initial: { amount_usd: '', reason: '' },
    keep: 'credit',
    send: ({ amount_usd, reason }) =>
      ask(api.POST('/billing/credits', { body: { amount_usd: Number(amount_usd), reason } })),
    onSent: ({ balance_usd }) => {
      void queries.invalidateQueries({ queryKey: ['billing'] });
      toast.done('Credit changed', `The balance is ${formatUsd(balance_usd)}.`);
      onDone();
    },
  });
  return (
    <form onSubmit={form.submit} className="space-y-4">
      {form.error && <ErrorPanel error={form.error} />}
      <TextField
        label="Amount in US dollars"
        type="number"
        step="any"
        required
        autoFocus
        hint="A negative amount takes credit away."
        {...form.input('amount_usd')}
      />
      <TextField
        label="Reason"
        required
        maxLength={500}
        hint="Stands in the ledger and in the audit log."
        {...form.input('reason')}
      />
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" busy={form.sending}>
          Add credit
        </Button>
      </DialogActions>
    </form>
  );
}
