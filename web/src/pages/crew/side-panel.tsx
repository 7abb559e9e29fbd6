import { ArrowLeft, Bot, ListChecks, type LucideIcon, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { AddAgentDialog } from './add-agent-dialog.tsx';
import { AgentForm } from './agent-form.tsx';
import type { CrewEditor } from './crew-editor.ts';
import { CrewForm } from './crew-form.tsx';
import { newTask, titleOfAgent, titleOfTask } from './draft.ts';
import { isShownInForm } from './shown-fields.ts';
import { TaskForm } from './task-form.tsx';

interface SidePanelProps {
  readonly editor: CrewEditor;
  /** Of agents that are new. */
  readonly model: string;
  readonly mayEdit: boolean;
}

/** The form beside the picture: the crew, or the agent or task that was chosen. */
export function SidePanel({ editor, model, mayEdit }: SidePanelProps) {
  const { draft, selection, select, error } = editor;
  const agent = draft.agents.find(({ key }) => selection?.kind === 'agent' && key === selection.key);
  const task = draft.tasks.find(({ key }) => selection?.kind === 'task' && key === selection.key);
  const title = agent ? titleOfAgent(agent) : task ? titleOfTask(task) : 'Crew';
  const isShown = isShownInForm(error?.field) && (agent ?? task) !== undefined;
  return (
    <section
      aria-label={title}
      className="rounded-xl border bg-panel p-4 md:max-h-[calc(100dvh-13.5rem)] md:overflow-y-auto"
    >
      {error && !isShown && (
        <div className="mb-4">
          <ErrorPanel error={error} title="The crew could not be saved." />
        </div>
      )}
      {(agent ?? task) && (
        <>
          <Button size="small" look="quiet" className="-ml-2 mb-1" onClick={() => select(undefined)}>
            <ArrowLeft aria-hidden="true" className="size-4" /> Crew
          </Button>
          <h2 className="mb-3 font-semibold break-words">{title}</h2>
        </>
      )}
      {!agent && !task && <Members editor={editor} model={model} mayEdit={mayEdit} />}
      <fieldset disabled={!mayEdit} className="min-w-0">
        <legend className="sr-only">{title}</legend>
        {agent ? (
          <AgentForm key={agent.key} editor={editor} agent={agent} />
        ) : task ? (
          <TaskForm key={task.key} editor={editor} task={task} />
        ) : (
          <CrewForm editor={editor} />
        )}
      </fieldset>
    </section>
  );
}

function Members({ editor, model, mayEdit }: SidePanelProps) {
  const { draft, change, select, errorAt } = editor;
  const [isAdding, setAdding] = useState(false);
  const addTask = () => {
    const [only] = draft.agents;
    const task = newTask(draft.agents.length === 1 && only ? only.key : null);
    change((now) => ({ ...now, tasks: [...now.tasks, task] }));
    select({ kind: 'task', key: task.key });
  };
  return (
    <div className="mb-6 space-y-6">
      <List
        title="Agents"
        icon={Bot}
        items={draft.agents.map((agent, place) => ({
          ...{ key: agent.key, title: titleOfAgent(agent), error: errorAt(`agents.${place}`) },
          note: agent.model,
        }))}
        empty="A crew needs at least one agent: who does the work."
        add="Add agent"
        {...(mayEdit && { onAdd: () => setAdding(true) })}
        onChoose={(key) => select({ kind: 'agent', key })}
      />
      <List
        title="Tasks"
        icon={ListChecks}
        items={draft.tasks.map((task, place) => {
          const agent = draft.agents.find(({ key }) => key === task.agent);
          return {
            ...{ key: task.key, title: titleOfTask(task), error: errorAt(`tasks.${place}`) },
            note: agent ? titleOfAgent(agent) : '',
          };
        })}
        empty="Add a task: what is to be done. The last one's output is the crew's answer."
        add="Add task"
        {...(mayEdit && { onAdd: addTask })}
        onChoose={(key) => select({ kind: 'task', key })}
      />
      {isAdding && <AddAgentDialog editor={editor} model={model} onClose={() => setAdding(false)} />}
    </div>
  );
}

interface ListProps {
  readonly title: string;
  readonly icon: LucideIcon;
  readonly items: readonly {
    readonly key: string;
    readonly title: string;
    readonly note: string;
    readonly error: string | undefined;
  }[];
  readonly empty: string;
  readonly add: string;
  readonly onAdd?: () => void;
  readonly onChoose: (key: string) => void;
}

function List({ title, icon: Icon, items, empty, add, onAdd, onChoose }: ListProps) {
  return (
    <section aria-label={title}>
      <div className="mb-2 flex items-center justify-between">
        <h2 className="font-semibold">{title}</h2>
        {onAdd && (
          <Button size="small" onClick={onAdd}>
            <Plus aria-hidden="true" className="size-4" /> {add}
          </Button>
        )}
      </div>
      {items.length === 0 && <p className="text-sm text-muted">{empty}</p>}
      <ol className="divide-y rounded-md border empty:hidden">
        {items.map((item) => (
          <li key={item.key}>
            <button
              type="button"
              onClick={() => onChoose(item.key)}
              className="flex w-full items-center gap-2.5 px-3 py-2 text-left hover:bg-hover"
            >
              <Icon aria-hidden="true" className="size-4 shrink-0 text-muted" />
              <span className="min-w-0 flex-1 truncate">{item.title}</span>
              <span
                className={item.error === undefined ? 'truncate text-sm text-muted' : 'text-sm text-danger'}
              >
                {item.error === undefined ? item.note : 'has a mistake'}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
