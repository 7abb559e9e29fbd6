import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type Agent, agentQuery } from '../../api/agent-query.ts';
import { api, ask } from '../../api/api.ts';
import { useMay } from '../../session/use-me.ts';
import { Badge, StatusBadge } from '../../ui/badge.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { ModelTrouble, troubleWith } from '../../ui/model-trouble.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { useSaveKey } from '../../ui/use-save-key.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { EditorTab } from './editor-tab.tsx';
import { useAgentEditor } from './use-agent-editor.ts';
import { UseItTab } from './use-it-tab.tsx';
import { VersionsTab } from './versions-tab.tsx';

const TABS = ['edit', 'versions', 'use'] as const;
type TabName = (typeof TABS)[number];

export function Page() {
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const agent = useQuery(agentQuery(id));
  if (agent.data) return <AgentPage key={id} agent={agent.data} />;
  return (
    <PageFrame title="Agent">
      {agent.isError ? (
        <ErrorPanel
          error={agent.error}
          title="The agent could not be loaded."
          onRetry={() => void agent.refetch()}
        />
      ) : (
        <Loading />
      )}
    </PageFrame>
  );
}

function AgentPage({ agent }: { readonly agent: Agent }) {
  const mayEdit = useMay('editor');
  const editor = useAgentEditor(agent);
  const search: { tab?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const tab = TABS.find((name) => name === search.tab) ?? 'edit';
  const goTo = (name: TabName) =>
    void navigate({
      to: '/agents/$id',
      params: { id: agent.id },
      search: name === 'edit' ? {} : { tab: name },
      replace: true,
    });
  const trouble = troubleWith(agent);
  useSaveKey(() => mayEdit && editor.changed && void editor.save());

  return (
    <PageFrame
      wide
      title={agent.name}
      lead={
        <span className="flex flex-wrap items-center gap-2">
          <code className="font-mono text-xs">{agent.id}</code>
          <Badge>version {agent.version}</Badge>
          <StatusBadge status={agent.status} />
          {trouble !== undefined && (
            <span className="text-sm">
              <ModelTrouble why={trouble} />
            </span>
          )}
        </span>
      }
      actions={
        mayEdit && (
          <>
            <Link to="/knowledge" search={{ agent: agent.id }} className={buttonClass()}>
              Documents
            </Link>
            {editor.changed && <Button onClick={editor.discard}>Discard changes</Button>}
            <Button
              look="primary"
              disabled={!editor.changed}
              busy={editor.saving}
              onClick={() => void editor.save()}
            >
              Save
            </Button>
            <MoreMenu agent={agent} />
          </>
        )
      }
    >
      <Tabs
        label="The agent"
        value={tab}
        onChange={goTo}
        tabs={[
          {
            name: 'edit',
            label: mayEdit ? 'Edit and try' : 'Try',
            content: <EditorTab agent={agent} editor={editor} mayEdit={mayEdit} />,
          },
          {
            name: 'versions',
            label: 'Versions',
            content: <VersionsTab agent={agent} mayRestore={mayEdit && !editor.changed} />,
          },
          { name: 'use', label: 'Use it', content: <UseItTab agent={agent} /> },
        ]}
      />
      {editor.conflict && <ConflictDialog editor={editor} conflict={editor.conflict} />}
    </PageFrame>
  );
}

function MoreMenu({ agent }: { readonly agent: Agent }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = async () => {
    const yes = await confirm({
      title: `Delete ${agent.name}?`,
      body: 'Calls to it are refused from then on, and its documents go with it. Its conversations and its bill stay.',
      action: 'Delete agent',
      danger: true,
    });
    if (!yes) return;
    try {
      await ask(api.DELETE('/agents/{id}', { params: { path: { id: agent.id } } }));
      await navigate({ to: '/agents' });
      queries.removeQueries({ queryKey: ['agents', agent.id] });
      await queries.invalidateQueries({ queryKey: ['agents'] });
      toast.done(`${agent.name} was deleted`);
    } catch (error) {
      toast.failed('The agent was not deleted', error);
    }
  };
  return (
    <RowMenu
      label="More actions"
      items={[{ label: 'Delete agent', danger: true, onChoose: () => void remove() }]}
    />
  );
}
