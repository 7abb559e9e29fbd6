import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextDiff } from '../../ui/text-diff.tsx';
import { type AgentDraft, FIELD_NAMES, toDraft } from './agent-draft.ts';
import { mergeDrafts } from './merge-drafts.ts';
import { textOf } from './text-of.ts';
import type { AgentEditor, Conflict } from './use-agent-editor.ts';

/** Two people have changed one agent: what the other did, and a way to keep both. */
export function ConflictDialog({
  editor,
  conflict,
}: {
  readonly editor: AgentEditor;
  readonly conflict: Conflict;
}) {
  const newest = toDraft(conflict.newest);
  const { merged, theirs, conflicts } = mergeDrafts(conflict.base, editor.draft, newest);
  const [takeTheirs, setTakeTheirs] = useState<ReadonlySet<keyof AgentDraft>>(new Set());
  const choose = (field: keyof AgentDraft, their: boolean) =>
    setTakeTheirs((before) => {
      const next = new Set(before);
      if (their) next.add(field);
      else next.delete(field);
      return next;
    });
  const save = () => {
    const taken = Object.fromEntries([...takeTheirs].map((field) => [field, newest[field]]));
    void editor.saveMerged({ ...merged, ...taken });
  };
  return (
    <Dialog
      open
      wide
      onClose={editor.closeConflict}
      title="Somebody else has saved this agent"
      description={`While you were editing, version ${conflict.newest.version} was saved. Nothing of either is lost: your changes go on top of theirs.`}
    >
      <div className="space-y-4">
        {theirs.map((field) => (
          <section key={field}>
            <h3 className="mb-1 font-medium">{FIELD_NAMES[field]}: their change is taken</h3>
            <TextDiff
              label={`Their change of ${FIELD_NAMES[field]}`}
              before={textOf(conflict.base[field])}
              after={textOf(newest[field])}
            />
          </section>
        ))}
        {conflicts.map((field) => (
          <fieldset key={field}>
            <legend className="mb-1 font-medium">{FIELD_NAMES[field]}: you both changed it</legend>
            <div className="mb-2 flex gap-5">
              {[false, true].map((their) => (
                <label key={String(their)} className="flex items-center gap-2">
                  <input
                    type="radio"
                    name={`merge-${field}`}
                    checked={takeTheirs.has(field) === their}
                    onChange={() => choose(field, their)}
                    className="size-4 accent-accent"
                  />
                  {their ? 'Take theirs' : 'Keep mine'}
                </label>
              ))}
            </div>
            <TextDiff
              label={`Theirs against yours of ${FIELD_NAMES[field]}`}
              before={textOf(newest[field])}
              after={textOf(editor.draft[field])}
            />
          </fieldset>
        ))}
        {theirs.length + conflicts.length === 0 && <p>They changed nothing that you see here.</p>}
      </div>
      <DialogActions>
        <Button onClick={editor.closeConflict}>Back to editing</Button>
        <Button look="primary" onClick={save}>
          Save both changes
        </Button>
      </DialogActions>
    </Dialog>
  );
}
