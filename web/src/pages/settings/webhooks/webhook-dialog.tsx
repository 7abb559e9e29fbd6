import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../../api/api.ts';
import { ifMatch } from '../../../api/if-match.ts';
import { changedOf } from '../../../ui/changed-of.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { DialogForm } from '../../../ui/dialog-form.tsx';
import { Checkbox, TextField } from '../../../ui/field.tsx';
import { MergeDialog } from '../../../ui/merge-dialog.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useEditForm } from '../../../ui/use-edit-form.ts';
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

const NAMES = { url: 'Address', description: 'Description', chosen: 'Told of' };

function toValues(webhook: Webhook | undefined): WebhookValues {
  const { url = '', description = '', events = [] } = webhook ?? {};
  return { url, description, chosen: EVENT_NAMES.filter((name) => events.includes(name)) };
}

function toBody({ url, description, chosen }: WebhookValues) {
  return { url, description, events: [...chosen] };
}

interface WebhookFormProps extends Omit<WebhookDialogProps, 'edited'> {
  readonly webhook: Webhook | undefined;
}

function WebhookForm({ webhook, onClose, onSecret }: WebhookFormProps) {
  const queries = useQueryClient();
  const { form, merge } = useEditForm({
    saved: webhook,
    toValues,
    keep: `webhook.${webhook?.id ?? 'new'}`,
    names: NAMES,
    make: (values) => ask(api.POST('/webhooks', { body: toBody(values) })),
    change: (on, values, start) =>
      ask(
        api.PATCH('/webhooks/{id}', {
          params: { path: { id: on.id } },
          body: changedOf(toBody(values), toBody(start)),
          headers: ifMatch(on),
        }),
      ),
    read: ({ id }) => ask(api.GET('/webhooks/{id}', { params: { path: { id } } })),
    onSent: (result) => {
      void queries.invalidateQueries({ queryKey: ['webhooks'] });
      toast.done(webhook ? 'Webhook changed' : 'Webhook added');
      onClose();
      if ('secret' in result) onSecret?.(result.secret);
    },
  });
  const { values, set } = form;
  return (
    <>
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
      {merge && <MergeDialog title="Somebody else has saved this webhook" {...merge} />}
    </>
  );
}
