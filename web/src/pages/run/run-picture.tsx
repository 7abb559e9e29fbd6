import type { Edge } from '@xyflow/react';
import { Canvas, type CanvasNode } from '../../canvas/canvas.tsx';
import { placeTasks, TASK_SIZE } from '../../canvas/layout.ts';
import { edgesOf } from '../../canvas/task-graph.ts';
import { formatDuration } from '../../ui/format.ts';
import { useNarrow } from '../../ui/use-narrow.ts';
import type { TaskView } from './task-view.ts';

interface RunPictureProps {
  readonly tasks: readonly TaskView[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
}

/** The tasks of a run, lighting up as they begin and end. */
export function RunPicture({ tasks, selected, onSelect }: RunPictureProps) {
  const isVertical = useNarrow();
  const lines = shortest(tasks);
  const places = placeTasks(
    tasks.map(({ id }) => id),
    lines,
    isVertical,
  );
  const nodes = tasks.map((view): CanvasNode => {
    const { id, task, status, startedAt, endedAt } = view;
    const took =
      startedAt === undefined || endedAt === undefined ? undefined : formatDuration(endedAt - startedAt);
    const note = task.kept ? 'kept' : took;
    return {
      ...{ id, type: 'task', position: places.get(id) ?? { x: 0, y: 0 }, ...TASK_SIZE, measured: TASK_SIZE },
      data: {
        ...{ title: task.name, agent: task.agent, isVertical, isEditable: false, asksPerson: false, status },
        isSelected: id === selected,
        ...(note !== undefined && { note }),
      },
    };
  });
  const statusOf = new Map(tasks.map(({ id, status }) => [id, status]));
  const edges = lines.map(({ from, to }): Edge => {
    const isRunning = statusOf.get(to) === 'running';
    const isDone = statusOf.get(from) === 'completed';
    return {
      ...{ id: `${from}>${to}`, source: from, target: to, sourceHandle: 'out', targetHandle: 'in' },
      animated: isRunning,
      className: isRunning ? 'is-running' : isDone ? 'is-done' : '',
    };
  });
  return (
    <Canvas
      label="The run's tasks"
      className="h-56 md:h-64"
      nodes={nodes}
      edges={edges}
      onSelect={(id) => id !== undefined && onSelect(id)}
    />
  );
}

/** Which outputs a task was given, less what others have passed on to it anyway. */
function shortest(tasks: readonly TaskView[]) {
  const ordered = tasks.map(({ id, task }) => ({ key: id, async: false, needs: task.needs ?? [] }));
  const all = edgesOf(ordered);
  const reach = new Map<string, Set<string>>();
  for (const { key, needs } of ordered) {
    reach.set(key, new Set(needs.flatMap((need) => [need, ...(reach.get(need) ?? [])])));
  }
  return all.filter(
    ({ from, to }) => !all.some((other) => other.to === to && reach.get(other.from)?.has(from)),
  );
}
