import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../../api/api.ts';
import { ifMatch } from '../../../api/if-match.ts';
import { changedOf } from '../../../ui/changed-of.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { DialogForm } from '../../../ui/dialog-form.tsx';
import { SelectField, TextArea, TextField } from '../../../ui/field.tsx';
import { MergeDialog } from '../../../ui/merge-dialog.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useEditForm } from '../../../ui/use-edit-form.ts';
import type { Provider } from './providers-panel.tsx';

const KINDS = {
  'openai-compatible': 'Any that speaks Chat Completions',
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  google: 'Google',
  openrouter: 'OpenRouter',
  ollama: 'Ollama',
} as const;
type Kind = keyof typeof KINDS;
const isKind = (text: string): text is Kind => text in KINDS;

/** These have an address of their own, which has to be given. */
const ADDRESSED: ReadonlySet<string> = new Set(['openai-compatible', 'ollama']);

interface ProviderDialogProps {
  readonly edited: Provider | 'new' | undefined;
  readonly onClose: () => void;
}

export function ProviderDialog({ edited, onClose }: ProviderDialogProps) {
  const isNew = edited === 'new';
  return (
    <Dialog
      open={edited !== undefined}
      onClose={onClose}
      title={isNew || !edited ? 'Add a provider' : `Change ${edited.name}`}
      description="Agents call its models as name/model."
    >
      {edited && (
        <ProviderForm
          key={isNew ? 'new' : edited.id}
          provider={isNew ? undefined : edited}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

interface ProviderFormProps {
  readonly provider: Provider | undefined;
  readonly onClose: () => void;
}

const NAMES = { name: 'Name', kind: 'Kind', base_url: 'Address', api_key: 'API key', models: 'Models' };

function toValues(provider: Provider | undefined) {
  const kind: Kind = provider && isKind(provider.kind) ? provider.kind : 'openai-compatible';
  return {
    name: provider?.name ?? '',
    kind,
    base_url: provider?.base_url ?? '',
    api_key: '',
    models: (provider?.models ?? []).join('\n'),
  };
}

function toBody({ base_url, api_key, models }: ReturnType<typeof toValues>) {
  return {
    base_url: base_url.trim() === '' ? null : base_url,
    models: models.split(/\s+/).filter((model) => model !== ''),
    // Left empty, the key that is set stays.
    ...(api_key !== '' && { api_key }),
  };
}

function ProviderForm({ provider, onClose }: ProviderFormProps) {
  const queries = useQueryClient();
  const { form, merge } = useEditForm({
    saved: provider,
    toValues,
    keep: `provider.${provider?.id ?? 'new'}`,
    secrets: ['api_key'],
    names: NAMES,
    make: (values) => {
      const { name, kind } = values;
      return ask(api.POST('/providers', { body: { name, kind, ...toBody(values) } }));
    },
    change: (on, values, start) =>
      ask(
        api.PATCH('/providers/{id}', {
          params: { path: { id: on.id } },
          body: changedOf(toBody(values), toBody(start)),
          headers: ifMatch(on),
        }),
      ),
    read: ({ id }) => ask(api.GET('/providers/{id}', { params: { path: { id } } })),
    onSent: ({ name }) => {
      for (const queryKey of [['providers'], ['models'], ['agents']]) {
        void queries.invalidateQueries({ queryKey });
      }
      toast.done(provider ? `${name} is changed` : `${name} is added`);
      onClose();
    },
  });
  return (
    <>
      <DialogForm form={form} action={provider ? 'Save' : 'Add provider'} onCancel={onClose}>
        {!provider && (
          <>
            <TextField
              label="Name"
              required
              autoFocus
              hint="Lower-case letters, digits and dashes, such as “mistral”."
              {...form.input('name')}
            />
            <SelectField
              label="Kind"
              value={form.values.kind}
              onChange={({ target }) => isKind(target.value) && form.set('kind', target.value)}
            >
              {Object.entries(KINDS).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </SelectField>
          </>
        )}
        <TextField
          label="Address"
          type="url"
          required={ADDRESSED.has(form.values.kind)}
          aside={ADDRESSED.has(form.values.kind) ? undefined : 'optional'}
          placeholder="https://api.example.com/v1"
          hint="Up to and without /chat/completions."
          {...form.input('base_url')}
        />
        <TextField
          label="API key"
          type="password"
          autoComplete="off"
          hint={
            provider?.has_api_key
              ? 'One is set. Leave this empty to keep it; a new address needs it again.'
              : 'Kept sealed; nobody can read it again.'
          }
          {...form.input('api_key')}
        />
        <TextArea
          label="Models"
          rows={3}
          aside="optional"
          hint="The provider’s own names, one a line; they are then suggested for agents."
          {...form.input('models')}
        />
      </DialogForm>
      {merge && <MergeDialog title="Somebody else has saved this provider" {...merge} />}
    </>
  );
}
