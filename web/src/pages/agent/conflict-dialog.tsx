import { MergeDialog } from '../../ui/merge-dialog.tsx';
import { mergeDrafts } from '../../ui/merge-drafts.ts';
import { type AgentDraft, FIELD_NAMES, toDraft } from './agent-draft.ts';
import { textOf } from './text-of.ts';
import type { AgentEditor, Conflict } from './use-agent-editor.ts';
import { useAuthor } from './use-author.ts';

interface ConflictDialogProps {
  readonly editor: AgentEditor;
  readonly conflict: Conflict;
}

/** Two people have changed one agent: what the other did, and a way to keep both. */
export function ConflictDialog({ editor, conflict }: ConflictDialogProps) {
  const newest = toDraft(conflict.newest);
  const author = useAuthor(conflict.newest.id, conflict.newest.version);
  const { merged, theirs, conflicts } = mergeDrafts(conflict.base, editor.draft, newest);
  const change = (field: keyof AgentDraft, from: AgentDraft, to: AgentDraft) => ({
    id: field,
    name: FIELD_NAMES[field],
    before: textOf(from[field]),
    after: textOf(to[field]),
  });
  return (
    <MergeDialog
      title="Somebody else has saved this agent"
      description={`While you were editing, version ${conflict.newest.version} was saved${author === undefined ? '' : ` by ${author === 'you' ? 'you, elsewhere' : author}`}. Nothing of either is lost: your changes go on top of theirs.`}
      theirs={theirs.map((field) => change(field, conflict.base, newest))}
      conflicts={conflicts.map((field) => change(field, newest, editor.draft))}
      onSave={(taken) => {
        const chosen = conflicts.filter((field) => taken.has(field)).map((field) => [field, newest[field]]);
        void editor.saveMerged({ ...merged, ...Object.fromEntries(chosen) });
      }}
      onClose={editor.closeConflict}
    />
  );
}
