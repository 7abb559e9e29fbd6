import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../../api/api.ts';
import { useNames } from '../../../api/use-names.ts';
import { atAddresses, toAddresses } from '../../../ui/addresses.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { SelectField, TextArea } from '../../../ui/field.tsx';
import { NamedOptions } from '../../../ui/named-options.tsx';
import { NumberField, numberOrNull } from '../../../ui/number-field.tsx';
import { useForm } from '../../../ui/use-form.ts';
import type { MadeWidget } from './page.tsx';

export function WidgetForm({ onMade }: { readonly onMade: (made: MadeWidget) => void }) {
  const queries = useQueryClient();
  const { agents, areKnown } = useNames();
  const form = useForm({
    initial: { agent_id: '', origins: location.origin, daily_limit_usd: '5', requests_per_minute: '60' },
    keep: 'widget',
    send: async (values): Promise<MadeWidget> => {
      const agent = agents.find(({ id }) => id === values.agent_id);
      const name = `Chat widget: ${agent?.name ?? values.agent_id}`;
      const { daily_limit_usd: daily, requests_per_minute: minute } = values;
      const allowed = toAddresses(values.origins);
      const body = {
        name,
        agent_ids: [values.agent_id],
        daily_limit_usd: numberOrNull(daily),
        requests_per_minute: numberOrNull(minute),
        allowed_origins: allowed,
      };
      const { id } = await ask(api.POST('/agent-keys', { body })).catch((error: unknown) => {
        throw atAddresses(error, allowed);
      });
      try {
        const { token, script } = await ask(
          api.POST('/agents/{id}/widget-tokens', {
            params: { path: { id: values.agent_id } },
            body: { key_id: id, allowed_origins: allowed, kind: 'embed' },
          }),
        );
        return { token, script, keyName: name };
      } catch (error) {
        // A key without its embed code would be of no use to anybody.
        await ask(api.DELETE('/agent-keys/{id}', { params: { path: { id } } }));
        throw error;
      }
    },
    onSent: (made) => {
      void queries.invalidateQueries({ queryKey: ['keys'] });
      onMade(made);
    },
  });
  return (
    <form onSubmit={form.submit} className="max-w-xl space-y-4">
      {form.error && <ErrorPanel error={form.error} />}
      <SelectField
        label="Agent"
        required
        value={form.values.agent_id}
        error={form.input('agent_id').error}
        hint={areKnown && agents.length === 0 ? 'There is no agent yet: make one first.' : undefined}
        onChange={({ target }) => form.set('agent_id', target.value)}
      >
        <option value="">Choose an agent</option>
        <NamedOptions of={agents} chosen={form.values.agent_id} />
      </SelectField>
      <TextArea
        label="Allowed addresses"
        rows={3}
        required
        spellCheck={false}
        hint="One a line, as https://www.example.com: where the pages with the chat are."
        {...form.input('origins')}
      />
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <NumberField
          label="Daily cap in US dollars"
          hint="For all visitors together."
          {...form.input('daily_limit_usd')}
        />
        <NumberField
          label="Messages a minute"
          whole
          hint="For all visitors together; each has 20."
          {...form.input('requests_per_minute')}
        />
      </div>
      <Button type="submit" look="primary" busy={form.sending}>
        Make embed code
      </Button>
    </form>
  );
}
