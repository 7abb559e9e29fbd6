import { MergeDialog } from '../../ui/merge-dialog.tsx';
import { toast } from '../../ui/toast.tsx';
import type { CrewConflict, CrewEditor } from './crew-editor.ts';
import { toDraft } from './draft.ts';
import { mergeCrews } from './merge-crews.ts';

interface ConflictDialogProps {
  readonly editor: CrewEditor;
  readonly conflict: CrewConflict;
}

/** Two people have changed one crew: what the other did, and a way to keep both. */
export function ConflictDialog({ editor, conflict }: ConflictDialogProps) {
  const { theirs, conflicts, join, looseEnds } = mergeCrews(
    conflict.base,
    editor.draft,
    toDraft(conflict.newest),
    conflict.left,
  );
  const save = async (taken: ReadonlySet<string>) => {
    if ((await editor.saveMerged(join(taken))) !== undefined)
      toast.done('Saved', 'With what they had changed.');
  };
  return (
    <MergeDialog
      title="Somebody else has saved this crew"
      description="While you were editing, they changed what stands below. Nothing of either is lost: your changes go on top of theirs."
      theirs={theirs}
      conflicts={conflicts}
      consequences={looseEnds}
      onSave={(taken) => void save(taken)}
      onClose={editor.closeConflict}
    />
  );
}
