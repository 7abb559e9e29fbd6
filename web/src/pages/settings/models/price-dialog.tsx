import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../../api/api.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { DialogForm } from '../../../ui/dialog-form.tsx';
import { TextField } from '../../../ui/field.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useForm } from '../../../ui/use-form.ts';
import type { Model } from './prices-panel.tsx';

interface PriceDialogProps {
  readonly model: Model | undefined;
  readonly onClose: () => void;
}

export function PriceDialog({ model, onClose }: PriceDialogProps) {
  return (
    <Dialog
      open={model !== undefined}
      onClose={onClose}
      title={`Price of ${model?.id ?? ''}`}
      description="US dollars per million tokens. In force with the next call; what was billed stays."
    >
      {model && <PriceForm key={model.id} model={model} onClose={onClose} />}
    </Dialog>
  );
}

function PriceForm({ model, onClose }: { readonly model: Model; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const text = (usd: number | undefined) => (usd === undefined ? '' : String(usd));
  const form = useForm({
    initial: {
      input_usd_per_million: text(model.price?.input_usd_per_million),
      cached_input_usd_per_million: text(model.price?.cached_input_usd_per_million),
      output_usd_per_million: text(model.price?.output_usd_per_million),
    },
    keep: `price.${model.id}`,
    send: (values) => {
      const cached = values.cached_input_usd_per_million;
      const body = {
        input_usd_per_million: Number(values.input_usd_per_million),
        output_usd_per_million: Number(values.output_usd_per_million),
        ...(cached !== '' && { cached_input_usd_per_million: Number(cached) }),
      };
      return ask(api.PUT('/models/{model}/price', { params: { path: { model: model.id } }, body }));
    },
    onSent: ({ id }) => {
      for (const queryKey of [['models'], ['agents']]) void queries.invalidateQueries({ queryKey });
      toast.done(`The price of ${id} is set`);
      onClose();
    },
  });
  const figure = { type: 'number', step: 'any', min: '0' } as const;
  return (
    <DialogForm form={form} action="Set price" onCancel={onClose}>
      <TextField label="Input" {...figure} required autoFocus {...form.input('input_usd_per_million')} />
      <TextField
        label="Cached input"
        {...figure}
        hint="Empty: as other input."
        {...form.input('cached_input_usd_per_million')}
      />
      <TextField label="Output" {...figure} required {...form.input('output_usd_per_million')} />
    </DialogForm>
  );
}
