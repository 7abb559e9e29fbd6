import { useState } from 'react';
import { Button } from './button.tsx';
import { Dialog, DialogActions } from './dialog.tsx';
import type { FieldChange } from './merge-drafts.ts';
import { TextDiff } from './text-diff.tsx';

interface MergeDialogProps {
  readonly title: string;
  readonly description: string;
  /** What only they have changed: from what it was to what they made of it. */
  readonly theirs: readonly FieldChange[];
  /** What both have changed: from theirs to mine. */
  readonly conflicts: readonly FieldChange[];
  /** What else the outcome changes, in sentences. */
  readonly consequences?: (taken: ReadonlySet<string>) => readonly string[];
  /** `taken`: the conflicts in which theirs is to stay. */
  readonly onSave: (taken: ReadonlySet<string>) => void;
  readonly onClose: () => void;
}

/** Two people have changed one thing: what the other did, and a way to keep both. */
export function MergeDialog(props: MergeDialogProps) {
  const { title, description, theirs, conflicts, consequences, onSave, onClose } = props;
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set());
  const others = consequences?.(taken) ?? [];
  const choose = (id: string, their: boolean) =>
    setTaken((before) => {
      const next = new Set(before);
      if (their) next.add(id);
      else next.delete(id);
      return next;
    });
  return (
    <Dialog open wide onClose={onClose} title={title} description={description}>
      <div className="space-y-4">
        {theirs.map(({ id, name, before, after }) => (
          <section key={id}>
            <h3 className="mb-1 font-medium">{name}: their change is taken</h3>
            <TextDiff label={`Their change of ${name}`} before={before} after={after} />
          </section>
        ))}
        {conflicts.map(({ id, name, before, after }) => (
          <fieldset key={id}>
            <legend className="mb-1 font-medium">{name}: you both changed it</legend>
            <div className="mb-2 flex gap-5">
              {[false, true].map((their) => (
                <label key={String(their)} className="flex items-center gap-2">
                  <input
                    type="radio"
                    name={`merge-${id}`}
                    checked={taken.has(id) === their}
                    onChange={() => choose(id, their)}
                    className="size-4 accent-accent"
                  />
                  {their ? 'Take theirs' : 'Keep mine'}
                </label>
              ))}
            </div>
            <TextDiff label={`Theirs against yours of ${name}`} before={before} after={after} />
          </fieldset>
        ))}
        <div role="status">
          {others.length > 0 && (
            <section className="rounded-lg bg-warn-soft px-4 py-2.5">
              <h3 className="mb-1 font-medium">This changes with it</h3>
              <ul className="list-disc space-y-1 pl-5">
                {others.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            </section>
          )}
        </div>
        {theirs.length + conflicts.length === 0 && <p>They changed nothing that you see here.</p>}
      </div>
      <DialogActions>
        <Button onClick={onClose}>Back to editing</Button>
        <Button look="primary" onClick={() => onSave(taken)}>
          Save both changes
        </Button>
      </DialogActions>
    </Dialog>
  );
}
