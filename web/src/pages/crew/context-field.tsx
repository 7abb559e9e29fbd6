import { Plus, X } from 'lucide-react';
import { Button, IconButton } from '../../ui/button.tsx';
import { Checkbox, TextField } from '../../ui/field.tsx';
import { canConnect, changeTask, connect, disconnect, taskKeys } from './change-draft.ts';
import type { CrewEditor } from './crew-editor.ts';
import { type ContextEntry, type DraftTask, titleOfTask } from './draft.ts';

/** What a task is given: all before it, or what is chosen here. The same as the lines of the picture. */
export function ContextField({ editor, task }: { readonly editor: CrewEditor; readonly task: DraftTask }) {
  const { draft, change, errorAt } = editor;
  const place = draft.tasks.indexOf(task);
  const { context } = task;
  const chosen = taskKeys(context ?? []);
  const others = draft.tasks.filter(({ key }) => key !== task.key && canConnect(draft, key, task.key));
  const texts = (context ?? []).flatMap((entry, index) => ('text' in entry ? [{ ...entry, index }] : []));
  const setContext = (next: readonly ContextEntry[] | null) =>
    change((now) => changeTask(now, task.key, { context: next }));
  const error = errorAt(`tasks.${place}.context`);
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1 font-medium">What it is given</legend>
      <Checkbox
        label="The outputs of all tasks before it"
        checked={context === null}
        onChange={({ target }) =>
          setContext(target.checked ? null : draft.tasks.slice(0, place).map(({ key }) => ({ task: key })))
        }
      />
      {context !== null && (
        <div className="space-y-2 border-l-2 pl-3">
          {others.map((other) => (
            <Checkbox
              key={other.key}
              label={`Output of ${titleOfTask(other)}`}
              checked={chosen.includes(other.key)}
              onChange={({ target }) =>
                change((now) =>
                  target.checked ? connect(now, other.key, task.key) : disconnect(now, other.key, task.key),
                )
              }
            />
          ))}
          {texts.map(({ text, index }, count) => (
            <div key={`text ${index}`} className="flex items-end gap-1">
              <TextField
                label={`Text ${count + 1}`}
                className="flex-1"
                value={text}
                onChange={({ target }) =>
                  setContext(context.map((entry, at) => (at === index ? { text: target.value } : entry)))
                }
              />
              <IconButton
                label={`Remove text ${count + 1}`}
                onClick={() => setContext(context.filter((_entry, at) => at !== index))}
              >
                <X aria-hidden="true" />
              </IconButton>
            </div>
          ))}
          <Button size="small" onClick={() => setContext([...context, { text: '' }])}>
            <Plus aria-hidden="true" className="size-4" /> Text
          </Button>
        </div>
      )}
      {error !== undefined && <p className="text-sm text-danger">{error}</p>}
    </fieldset>
  );
}
