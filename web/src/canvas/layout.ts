import type { GraphEdge } from './task-graph.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
}

export const TASK_SIZE = { width: 192, height: 80 } as const;
export const AGENT_SIZE = { width: 168, height: 54 } as const;
const GAP = { along: 48, across: 26 } as const;

/** Each task behind what it needs; what can run at once stands side by side. Vertical on a phone. */
export function placeTasks(
  keys: readonly string[],
  edges: readonly GraphEdge[],
  isVertical: boolean,
): Map<string, Place> {
  const depths = new Map<string, number>();
  for (const key of keys) {
    const before = edges.filter(({ to }) => to === key).map(({ from }) => depths.get(from) ?? -1);
    depths.set(key, Math.max(-1, ...before) + 1);
  }
  const layers = Map.groupBy(keys, (key) => depths.get(key) ?? 0);
  // A line that passes a layer by has a lane of its own there, so that it does not run behind a task.
  const isPassed = (depth: number): boolean =>
    edges.some(({ from, to }) => (depths.get(from) ?? 0) < depth && depth < (depths.get(to) ?? 0));
  const lanes = new Map(
    [...layers].map(([depth, { length }]) => [depth, length + (isPassed(depth) ? 1 : 0)]),
  );
  const widest = Math.max(1, ...lanes.values());
  const along = (isVertical ? TASK_SIZE.height : TASK_SIZE.width) + GAP.along;
  const across = (isVertical ? TASK_SIZE.width : TASK_SIZE.height) + GAP.across;
  const places = new Map<string, Place>();
  for (const [depth, members] of layers) {
    for (const [index, key] of members.entries()) {
      const a = depth * along;
      const b = (index + (widest - (lanes.get(depth) ?? 0)) / 2) * across;
      places.set(key, isVertical ? { x: b, y: a } : { x: a, y: b });
    }
  }
  return places;
}

/** A row above the tasks, each agent near those that it does. */
export function placeAgents(
  agents: readonly { readonly key: string; readonly tasks: readonly string[] }[],
  tasks: ReadonlyMap<string, Place>,
  y: number,
): Map<string, Place> {
  const step = AGENT_SIZE.width + GAP.across;
  const middle = (TASK_SIZE.width - AGENT_SIZE.width) / 2;
  const wanted = agents.map(({ key, tasks: own }, index) => {
    const xs = own.flatMap((task) => tasks.get(task)?.x ?? []);
    return { key, x: xs.length === 0 ? index * step : Math.min(...xs) + middle };
  });
  wanted.sort((a, b) => a.x - b.x);
  let free = Number.NEGATIVE_INFINITY;
  return new Map(
    wanted.map(({ key, x: wish }) => {
      const x = Math.max(wish, free);
      free = x + step;
      return [key, { x, y }];
    }),
  );
}
