import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../../api/api.ts';
import { ifMatch } from '../../../api/if-match.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { confirm } from '../../../ui/confirm.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { Panel } from '../../../ui/page.tsx';
import { RowMenu } from '../../../ui/row-menu.tsx';
import { Loading } from '../../../ui/skeleton.tsx';
import { type Column, Table } from '../../../ui/table.tsx';
import { useChange } from '../../../ui/use-change.ts';
import { ProviderDialog } from './provider-dialog.tsx';
import { type Tested, TestResult } from './test-result.tsx';

const load = () => ask(api.GET('/providers', { params: { query: { limit: 100 } } }));

type Listed = Awaited<ReturnType<typeof load>>;
export type Provider = Listed['providers'][number];

/** Those of the server, which settings switch on, and the account's own. */
export function ProvidersPanel() {
  const found = useQuery({ queryKey: ['providers'], queryFn: load });
  const [edited, setEdited] = useState<Provider | 'new'>();
  if (found.isError) {
    return <ErrorPanel error={found.error} title="The providers could not be loaded." />;
  }
  if (!found.data) return <Loading />;
  return (
    <>
      <Panel
        title="Providers of the server"
        lead="Each is switched on for all accounts by a setting; its operator sets it and starts the server again."
      >
        <ul className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          {found.data.server.map(({ name, setting, is_on }) => (
            <li key={name} className="flex items-center justify-between gap-3 rounded-lg border px-3 py-2">
              <div className="min-w-0">
                <div className="font-medium">{name}</div>
                <code className="block truncate font-mono text-xs text-muted">{setting}</code>
              </div>
              <Badge tone={is_on ? 'ok' : 'neutral'}>{is_on ? 'on' : 'off'}</Badge>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title="Your own providers" lead="With your own key, for this account only.">
        <Own providers={found.data.providers} onEdit={setEdited} />
        <Button className="mt-4" onClick={() => setEdited('new')}>
          <Plus aria-hidden="true" className="size-4" /> Add provider
        </Button>
      </Panel>
      <ProviderDialog edited={edited} onClose={() => setEdited(undefined)} />
    </>
  );
}

function Own(props: {
  readonly providers: readonly Provider[];
  readonly onEdit: (provider: Provider) => void;
}) {
  const attempt = useChange(['providers']);
  const [result, setResult] = useState<Tested>();
  const test = async ({ id, name }: Provider) => {
    setResult({ name });
    try {
      const call = api.POST('/providers/{id}/test', { params: { path: { id } }, body: {} });
      setResult({ name, reply: await ask(call) });
    } catch (error) {
      setResult({ name, error });
    }
  };
  const remove = async (provider: Provider) => {
    const { id, name } = provider;
    const sure = await confirm({
      title: `Remove “${name}”?`,
      body: `Agents whose model is ${name}/… can no longer answer.`,
      action: 'Remove',
      danger: true,
    });
    if (!sure) return;
    await attempt({
      failed: 'The provider could not be removed',
      done: `“${name}” is removed`,
      call: () =>
        ask(api.DELETE('/providers/{id}', { params: { path: { id } }, headers: ifMatch(provider) })),
    });
  };
  if (props.providers.length === 0) {
    return (
      <p className="text-muted">
        None yet. Add one to use your own key with OpenAI, Anthropic, Google or OpenRouter, or any address
        that speaks OpenAI’s Chat Completions.
      </p>
    );
  }
  const columns: Column<Provider>[] = [
    { title: 'Name', cell: ({ name }) => <span className="font-medium">{name}</span> },
    { title: 'Kind', cell: ({ kind }) => kind, wideOnly: true },
    {
      title: 'Address',
      wideOnly: true,
      cell: ({ base_url }) =>
        base_url === null ? 'the official one' : <span className="break-all">{base_url}</span>,
    },
    {
      title: 'Key',
      cell: ({ has_api_key }) => (has_api_key ? <Badge tone="ok">set</Badge> : <Badge>none</Badge>),
    },
    {
      title: 'Actions',
      hideTitle: true,
      figure: true,
      cell: (provider) => (
        <RowMenu
          label={`Actions for ${provider.name}`}
          items={[
            { label: 'Test', onChoose: () => void test(provider) },
            { label: 'Change', onChoose: () => props.onEdit(provider) },
            { label: 'Remove', danger: true, onChoose: () => void remove(provider) },
          ]}
        />
      ),
    },
  ];
  return (
    <>
      <Table label="Your own providers" columns={columns} rows={props.providers} keyOf={({ id }) => id} />
      {result && <TestResult {...result} />}
    </>
  );
}
