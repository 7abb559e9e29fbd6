import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../../api/api.ts';
import { changedOf } from '../../../ui/changed-of.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { DialogForm } from '../../../ui/dialog-form.tsx';
import { Checkbox, TextField } from '../../../ui/field.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useForm } from '../../../ui/use-form.ts';
import { EVENT_NAMES, EVENTS, type WebhookEvent } from './events.ts';
import type { Webhook } from './use-webhooks.ts';

interface WebhookDialogProps {
  readonly edited: Webhook | 'new' | undefined;
  readonly onClose: () => void;
  readonly onSecret?: (secret: string) => void;
}

export function WebhookDialog({ edited, onClose, onSecret }: WebhookDialogProps) {
  return (
    <Dialog
      open={edited !== undefined}
      onClose={onClose}
      title={edited === 'new' ? 'Add a webhook' : 'Change the webhook'}
    >
      {edited && (
        <WebhookForm
          webhook={edited === 'new' ? undefined : edited}
          onClose={onClose}
          {...(onSecret && { onSecret })}
        />
      )}
    </Dialog>
  );
}

interface WebhookValues {
  readonly url: string;
  readonly description: string;
  readonly chosen: readonly WebhookEvent[];
}

function toBody({ url, description, chosen }: WebhookValues) {
  return { url, description, events: [...chosen] };
}

interface WebhookFormProps extends Omit<WebhookDialogProps, 'edited'> {
  readonly webhook: Webhook | undefined;
}

function WebhookForm({ webhook, onClose, onSecret }: WebhookFormProps) {
  const queries = useQueryClient();
  const chosen: readonly WebhookEvent[] = EVENT_NAMES.filter((name) => webhook?.events.includes(name));
  const form = useForm({
    initial: { url: webhook?.url ?? '', description: webhook?.description ?? '', chosen },
    keep: `webhook.${webhook?.id ?? 'new'}`,
    send: async (values, start): Promise<string | undefined> => {
      const body = toBody(values);
      if (!webhook) return (await ask(api.POST('/webhooks', { body }))).secret;
      const changed = changedOf(body, toBody(start));
      await ask(api.PATCH('/webhooks/{id}', { params: { path: { id: webhook.id } }, body: changed }));
      return undefined;
    },
    onSent: (secret) => {
      void queries.invalidateQueries({ queryKey: ['webhooks'] });
      toast.done(webhook ? 'Webhook changed' : 'Webhook added');
      onClose();
      if (secret !== undefined) onSecret?.(secret);
    },
  });
  const { values, set } = form;
  return (
    <DialogForm form={form} action={webhook ? 'Save' : 'Add webhook'} onCancel={onClose}>
      <TextField
        label="Address"
        type="url"
        required
        autoFocus
        placeholder="https://example.com/muster"
        hint="A private address needs the operator’s leave."
        {...form.input('url')}
      />
      <TextField label="Description" maxLength={500} aside="optional" {...form.input('description')} />
      <fieldset className="space-y-2">
        <legend className="mb-1 font-medium">Told of</legend>
        {EVENT_NAMES.map((name) => (
          <Checkbox
            key={name}
            label={EVENTS[name]}
            hint={<code className="font-mono text-xs">{name}</code>}
            checked={values.chosen.includes(name)}
            onChange={({ target }) =>
              set(
                'chosen',
                target.checked ? [...values.chosen, name] : values.chosen.filter((each) => each !== name),
              )
            }
          />
        ))}
      </fieldset>
    </DialogForm>
  );
}
