import { useNavigate } from '@tanstack/react-router';
import { Play, Save } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../session/use-me.ts';
import { Badge, StatusBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { useSaveKey } from '../../ui/use-save-key.ts';
import { useSearchState } from '../../ui/use-search-state.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { CrewPicture } from './crew-picture.tsx';
import type { CrewReply } from './draft.ts';
import { ExportDialog } from './export-dialog.tsx';
import { MemoryTab } from './memory-tab.tsx';
import { MoreMenu } from './more-menu.tsx';
import { RunDialog } from './run-dialog.tsx';
import { SidePanel } from './side-panel.tsx';
import { useCrewEditor } from './use-crew-editor.ts';

interface CrewPageProps {
  /** Undefined: it is not saved yet. */
  readonly crew: CrewReply | undefined;
  readonly model: string;
}

export function CrewPage({ crew, model }: CrewPageProps) {
  const mayEdit = useMay('editor');
  const navigate = useNavigate();
  const { search, change } = useSearchState();
  const editor = useCrewEditor(crew, model);
  const [open, setOpen] = useState<'run' | 'export'>();

  const save = async (): Promise<boolean> => {
    const id = await editor.save();
    if (id === undefined) return false;
    toast.done('Saved');
    if (!crew) await navigate({ to: '/crews/$id', params: { id }, replace: true });
    return true;
  };
  const run = async () => {
    if (!editor.isChanged || (await save())) setOpen('run');
  };
  useSaveKey(() => mayEdit && editor.isChanged && !editor.isSaving && void save());

  const build = (
    <div className="grid grid-cols-1 gap-4 md:grid-cols-[minmax(0,1fr)_24rem]">
      <CrewPicture editor={editor} mayEdit={mayEdit} />
      <SidePanel editor={editor} model={model} mayEdit={mayEdit} />
    </div>
  );
  return (
    <PageFrame
      wide
      title={crew?.name ?? 'New crew'}
      lead={
        crew ? (
          <span className="inline-flex items-center gap-2">
            <StatusBadge status={crew.status} />
            {editor.isChanged && <Badge tone="warn">unsaved changes</Badge>}
          </span>
        ) : (
          'Say who works in it and what is to be done; then save and run it.'
        )
      }
      actions={
        <>
          {editor.isChanged && (
            <Button look="quiet" onClick={editor.discard}>
              {crew ? 'Discard changes' : 'Start over'}
            </Button>
          )}
          {mayEdit && (
            <Button
              look={crew ? 'plain' : 'primary'}
              busy={editor.isSaving}
              disabled={!editor.isChanged}
              onClick={() => void save()}
            >
              <Save aria-hidden="true" className="size-4" /> Save
            </Button>
          )}
          {crew && mayEdit && (
            <Button look="primary" disabled={editor.isSaving} onClick={() => void run()}>
              <Play aria-hidden="true" className="size-4" /> {editor.isChanged ? 'Save and run' : 'Run'}
            </Button>
          )}
          {crew && <MoreMenu crew={crew} mayEdit={mayEdit} onExport={() => setOpen('export')} />}
        </>
      }
    >
      {crew ? (
        <Tabs
          label="Parts of the crew"
          value={search.tab === 'memory' ? 'memory' : 'build'}
          onChange={(tab) => change({ tab: tab === 'build' ? undefined : tab })}
          tabs={[
            { name: 'build', label: 'Build', content: build },
            {
              name: 'memory',
              label: 'Memory',
              content: <MemoryTab crewId={crew.id} isOn={crew.configuration.memory} />,
            },
          ]}
        />
      ) : (
        build
      )}
      {editor.conflict && <ConflictDialog editor={editor} conflict={editor.conflict} />}
      {open === 'run' && crew && (
        <RunDialog crewId={crew.id} crewName={crew.name} onClose={() => setOpen(undefined)} />
      )}
      {open === 'export' && crew && <ExportDialog crewId={crew.id} onClose={() => setOpen(undefined)} />}
    </PageFrame>
  );
}
