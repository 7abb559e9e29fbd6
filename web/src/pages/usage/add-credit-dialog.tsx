import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import { CreditForm } from '../../ui/credit-form.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { formatUsd } from '../../ui/format.ts';
import { toast } from '../../ui/toast.tsx';

interface AddCreditDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function AddCreditDialog({ open, onClose }: AddCreditDialogProps) {
  const queries = useQueryClient();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Add credit"
      description="Agents spend it as they work; at zero they answer 402."
    >
      <CreditForm
        keep="credit"
        send={(body) => ask(api.POST('/billing/credits', { body }))}
        onSent={(balance) => {
          void queries.invalidateQueries({ queryKey: ['billing'] });
          toast.done('Credit changed', `The balance is ${formatUsd(balance)}.`);
          onClose();
        }}
        onCancel={onClose}
      />
    </Dialog>
  );
}
