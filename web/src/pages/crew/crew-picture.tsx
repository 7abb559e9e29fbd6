import type { Connection, Edge } from '@xyflow/react';
import { Unlink } from 'lucide-react';
import { useState } from 'react';
import { Canvas, type CanvasNode } from '../../canvas/canvas.tsx';
import { AGENT_SIZE, placeAgents, placeTasks, TASK_SIZE } from '../../canvas/layout.ts';
import { edgesOf } from '../../canvas/task-graph.ts';
import { Button } from '../../ui/button.tsx';
import { useNarrow } from '../../ui/use-narrow.ts';
import { canConnect, changeTask, connect, disconnect, toGraph } from './change-draft.ts';
import type { CrewEditor } from './crew-editor.ts';
import { type CrewDraft, titleOfAgent, titleOfTask } from './draft.ts';

const MANAGER = 'manager';
const AGENTS_Y = -(AGENT_SIZE.height + 64);
const MANAGER_Y = AGENTS_Y - AGENT_SIZE.height - 48;

/** The crew as a picture: lines between tasks are outputs that are passed on, dotted ones say who does what. */
export function CrewPicture({ editor, mayEdit }: { readonly editor: CrewEditor; readonly mayEdit: boolean }) {
  const { draft, change, selection, select } = editor;
  const isNarrow = useNarrow();
  const [chosen, setChosen] = useState<Line>();
  const isAgent = (key: string | null) => draft.agents.some((agent) => agent.key === key);
  const line = chosen && linesOf(draft).some((one) => sameLine(one, chosen)) ? chosen : undefined;

  const isValid = ({ source, target }: Connection | Edge): boolean => {
    if (!draft.tasks.some(({ key }) => key === target)) return false;
    return isAgent(source) || canConnect(draft, source, target);
  };
  const onConnect = ({ source, target }: Connection) =>
    change((now) =>
      isAgent(source) ? changeTask(now, target, { agent: source }) : connect(now, source, target),
    );
  const remove = ({ from, to, isAgent: isAgentLine }: Line) => {
    change((now) => (isAgentLine ? changeTask(now, to, { agent: null }) : disconnect(now, from, to)));
    setChosen(undefined);
  };

  return (
    <Canvas
      label="The crew's agents and tasks"
      className="h-[44vh] min-h-72 md:h-[calc(100dvh-13.5rem)]"
      nodes={nodesOf(editor, isNarrow, mayEdit)}
      edges={toEdges(draft, line, isNarrow)}
      onSelect={(key) => {
        setChosen(undefined);
        if (key === undefined || key === MANAGER) select(undefined);
        else select({ kind: isAgent(key) ? 'agent' : 'task', key });
      }}
      onEdgeSelect={({ id }) => setChosen(linesOf(draft).find((one) => idOf(one) === id))}
      {...(mayEdit && { onConnect, isValidConnection: isValid })}
    >
      {line && mayEdit ? (
        <div className="flex flex-wrap items-center gap-2 rounded-md border bg-panel px-3 py-1.5 text-sm shadow-sm">
          {describe(draft, line)}
          {!line.isAutomatic && (
            <Button size="small" onClick={() => remove(line)}>
              <Unlink aria-hidden="true" className="size-4" /> Remove the line
            </Button>
          )}
        </div>
      ) : (
        selection === undefined &&
        mayEdit &&
        draft.tasks.length > 0 && (
          <p className="hidden rounded-md bg-panel/80 px-2 py-1 text-sm text-muted md:block">
            Drag from a dot to a task to pass on an output, or to give the task to an agent.
          </p>
        )
      )}
    </Canvas>
  );
}

interface Line {
  readonly from: string;
  readonly to: string;
  readonly isAgent: boolean;
  readonly isAutomatic: boolean;
}

const idOf = ({ from, to }: Line): string => `${from}>${to}`;
const sameLine = (a: Line, b: Line): boolean => idOf(a) === idOf(b);

function linesOf(draft: CrewDraft): Line[] {
  const agents = draft.tasks.flatMap(({ key, agent }) =>
    draft.agents.some((one) => one.key === agent) && agent !== null
      ? [{ from: agent, to: key, isAgent: true, isAutomatic: false }]
      : [],
  );
  return [...edgesOf(toGraph(draft.tasks)).map((edge) => ({ ...edge, isAgent: false })), ...agents];
}

function describe(draft: CrewDraft, { from, to, isAgent, isAutomatic }: Line): string {
  const task = draft.tasks.find(({ key }) => key === to);
  const name = task ? titleOfTask(task) : '';
  if (isAgent) {
    const agent = draft.agents.find(({ key }) => key === from);
    return `${agent ? titleOfAgent(agent) : ''} does “${name}”.`;
  }
  const source = draft.tasks.find(({ key }) => key === from);
  return isAutomatic
    ? `“${name}” is given the outputs of all tasks before it.`
    : `“${name}” is given the output of “${source ? titleOfTask(source) : ''}”.`;
}

function nodesOf({ draft, selection }: CrewEditor, isVertical: boolean, isEditable: boolean): CanvasNode[] {
  const keys = draft.tasks.map(({ key }) => key);
  const places = placeTasks(keys, edgesOf(toGraph(draft.tasks)), isVertical);
  const isManaged = draft.process === 'hierarchical';
  const tasks = draft.tasks.map((task): CanvasNode => {
    const agent = draft.agents.find(({ key }) => key === task.agent);
    const nobody = isManaged ? 'the manager decides' : draft.agents.length === 1 ? '' : 'nobody yet';
    return {
      ...{ id: task.key, type: 'task', position: places.get(task.key) ?? { x: 0, y: 0 } },
      ...{ ...TASK_SIZE, measured: TASK_SIZE },
      data: {
        ...{ title: titleOfTask(task), isVertical, isEditable, asksPerson: task.human_input },
        agent: agent ? titleOfAgent(agent) : nobody,
        isSelected: selection?.key === task.key,
      },
    };
  });
  if (isVertical) return tasks;
  const owners = draft.agents.map(({ key }) => ({
    key,
    tasks: draft.tasks.filter(({ agent }) => agent === key).map((task) => task.key),
  }));
  const agentPlaces = placeAgents(owners, places, AGENTS_Y);
  const size = { ...AGENT_SIZE, measured: AGENT_SIZE };
  const agents = draft.agents.map(
    (agent): CanvasNode => ({
      ...{ id: agent.key, type: 'agent', position: agentPlaces.get(agent.key) ?? { x: 0, y: 0 }, ...size },
      data: {
        ...{ name: titleOfAgent(agent), model: agent.model, isManager: false, isEditable },
        isSelected: selection?.key === agent.key,
      },
    }),
  );
  if (!isManaged) return [...agents, ...tasks];
  const xs = agents.map(({ position }) => position.x);
  const x = xs.length === 0 ? 0 : (Math.min(...xs) + Math.max(...xs)) / 2;
  const model = draft.manager_model || draft.agents[0]?.model || '';
  const manager: CanvasNode = {
    ...{ id: MANAGER, type: 'agent', position: { x, y: MANAGER_Y }, ...size },
    data: { name: 'Manager', model, isManager: true, isEditable, isSelected: false },
  };
  return [manager, ...agents, ...tasks];
}

function toEdges(draft: CrewDraft, chosen: Line | undefined, isVertical: boolean): Edge[] {
  const lines = linesOf(draft).filter(({ isAgent }) => !isVertical || !isAgent);
  const edges = lines.map((line): Edge => {
    const { from, to, isAgent, isAutomatic } = line;
    const kind = isAgent ? 'is-agent' : isAutomatic ? 'is-automatic' : '';
    return {
      ...{ id: idOf(line), source: from, target: to, ariaLabel: describe(draft, line) },
      ...{ sourceHandle: isAgent ? 'does' : 'out', targetHandle: isAgent ? 'agent' : 'in' },
      className: `${kind} ${chosen && sameLine(chosen, line) ? 'is-chosen' : ''}`,
      ...(isAgent && { markerEnd: '' }),
    };
  });
  if (draft.process !== 'hierarchical' || isVertical) return edges;
  const managed = draft.agents.map(
    ({ key, ...agent }): Edge => ({
      ...{
        id: `${MANAGER}>${key}`,
        source: MANAGER,
        target: key,
        sourceHandle: 'does',
        targetHandle: 'manager',
      },
      ...{ className: 'is-automatic', ariaLabel: `The manager hands work to ${titleOfAgent(agent)}.` },
    }),
  );
  return [...managed, ...edges];
}
