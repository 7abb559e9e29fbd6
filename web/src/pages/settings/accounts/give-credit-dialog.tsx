import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../../api/api.ts';
import { CreditForm } from '../../../ui/credit-form.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { formatUsd } from '../../../ui/format.ts';
import { toast } from '../../../ui/toast.tsx';
import type { Account } from './page.tsx';

interface GiveCreditDialogProps {
  readonly account: Account | undefined;
  readonly onClose: () => void;
}

export function GiveCreditDialog({ account, onClose }: GiveCreditDialogProps) {
  const queries = useQueryClient();
  return (
    <Dialog
      open={account !== undefined}
      onClose={onClose}
      title={`Add credit to ${account?.name ?? ''}`}
      description={account && `Its balance is ${formatUsd(account.balance_usd)}.`}
    >
      {account && (
        <CreditForm
          keep={`credit-${account.id}`}
          send={(body) =>
            ask(api.POST('/accounts/{id}/credits', { params: { path: { id: account.id } }, body }))
          }
          onSent={(balance) => {
            void queries.invalidateQueries({ queryKey: ['accounts'] });
            toast.done('Credit changed', `The balance is ${formatUsd(balance)}.`);
            onClose();
          }}
          onCancel={onClose}
        />
      )}
    </Dialog>
  );
}
