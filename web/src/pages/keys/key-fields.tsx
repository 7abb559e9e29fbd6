import type { useNames } from '../../api/use-names.ts';
import { toAddresses } from '../../ui/addresses.ts';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { NumberField, numberOrNull } from '../../ui/number-field.tsx';
import type { useForm } from '../../ui/use-form.ts';

export interface KeyValues {
  readonly name: string;
  readonly scope: 'all' | 'some';
  readonly chosen: readonly string[];
  readonly daily_limit_usd: string;
  readonly monthly_limit_usd: string;
  readonly requests_per_minute: string;
  readonly requests_per_hour: string;
  /** Lines. */
  readonly origins: string;
  /** As a date field has it; empty: never. */
  readonly expires_at: string;
}

export const NEW_KEY: KeyValues = {
  name: '',
  scope: 'all',
  chosen: [],
  daily_limit_usd: '',
  monthly_limit_usd: '',
  requests_per_minute: '',
  requests_per_hour: '',
  origins: '',
  expires_at: '',
};

/** The same as the API takes it. A key expires at the end of the day that was chosen. */
export function toKeyBody(values: KeyValues) {
  const origins = toAddresses(values.origins);
  return {
    name: values.name,
    agent_ids: values.scope === 'all' ? null : [...values.chosen],
    daily_limit_usd: numberOrNull(values.daily_limit_usd),
    monthly_limit_usd: numberOrNull(values.monthly_limit_usd),
    requests_per_minute: numberOrNull(values.requests_per_minute),
    requests_per_hour: numberOrNull(values.requests_per_hour),
    allowed_origins: origins.length === 0 ? null : origins,
    expires_at: values.expires_at === '' ? null : new Date(`${values.expires_at}T23:59:59`).toISOString(),
  };
}

interface KeyFieldsProps {
  readonly form: ReturnType<typeof useForm<KeyValues, unknown>>;
  readonly names: ReturnType<typeof useNames>;
}

export function KeyFields({ form, names }: KeyFieldsProps) {
  const { values, set } = form;
  const callable = [...names.agents, ...names.crews];
  const toggle = (id: string, on: boolean) =>
    set('chosen', on ? [...values.chosen, id] : values.chosen.filter((each) => each !== id));
  return (
    <>
      <TextField
        label="Name"
        required
        autoFocus
        maxLength={200}
        hint="Where it is used: “website”, “nightly report”."
        {...form.input('name')}
      />
      <SelectField
        label="May call"
        value={values.scope}
        onChange={({ target }) => set('scope', target.value === 'some' ? 'some' : 'all')}
      >
        <option value="all">All agents and crews</option>
        <option value="some">Only those chosen here</option>
      </SelectField>
      {values.scope === 'some' && (
        <fieldset className="max-h-44 space-y-2 overflow-y-auto rounded-md border p-3">
          <legend className="sr-only">Agents and crews that it may call</legend>
          {names.areKnown && callable.length === 0 && <p className="text-muted">There are no agents yet.</p>}
          {callable.map(({ id, name }) => (
            <Checkbox
              key={id}
              label={name}
              checked={values.chosen.includes(id)}
              onChange={({ target }) => toggle(id, target.checked)}
            />
          ))}
        </fieldset>
      )}
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <NumberField label="Daily cap in US dollars" hint="Empty: none." {...form.input('daily_limit_usd')} />
        <NumberField
          label="Monthly cap in US dollars"
          hint="Empty: none."
          {...form.input('monthly_limit_usd')}
        />
        <NumberField
          label="Requests a minute"
          whole
          hint="Empty: as many as the account."
          {...form.input('requests_per_minute')}
        />
        <NumberField
          label="Requests an hour"
          whole
          hint="Empty: as many as the account."
          {...form.input('requests_per_hour')}
        />
      </div>
      <TextField
        label="Last day"
        type="date"
        hint="Empty: it works until it is revoked."
        {...form.input('expires_at')}
      />
    </>
  );
}
