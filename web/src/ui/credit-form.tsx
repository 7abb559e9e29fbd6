import { DialogForm } from './dialog-form.tsx';
import { TextField } from './field.tsx';
import { useForm } from './use-form.ts';

interface CreditFormProps {
  /** Under which name what was typed is kept. */
  readonly keep: string;
  readonly send: (body: { amount_usd: number; reason: string }) => Promise<{ balance_usd: number }>;
  readonly onSent: (balanceUsd: number) => void;
  readonly onCancel: () => void;
}

export function CreditForm({ keep, send, onSent, onCancel }: CreditFormProps) {
  const form = useForm({
    initial: { amount_usd: '', reason: '' },
    keep,
    send: ({ amount_usd, reason }) => send({ amount_usd: Number(amount_usd), reason }),
    onSent: ({ balance_usd }) => onSent(balance_usd),
  });
  return (
    <DialogForm form={form} action="Add credit" onCancel={onCancel}>
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
    </DialogForm>
  );
}
