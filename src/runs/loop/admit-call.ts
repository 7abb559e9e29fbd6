import type { Tool } from '../../tools/index.ts';
import type { AgentTask } from './types.ts';

/** Who runs a call that the model asks for; `refused` is told to the model, which may go on without it. */
export type Admission =
  | { readonly type: 'client' }
  | { readonly type: 'server'; readonly tool: Tool }
  | { readonly type: 'refused'; readonly reason: string };

/** Decides by the request's bounds, not by what the model was shown: those are hard. `made` counts admitted calls, `madeByClient` those for the caller. */
export function admitCall(
  task: Pick<
    AgentTask,
    'serverTools' | 'clientTools' | 'allowedTools' | 'maxToolCalls' | 'oneClientCall' | 'toolChoice'
  >,
  name: string,
  made: number,
  madeByClient = 0,
): Admission {
  const isClient = task.clientTools.some((tool) => tool.name === name);
  const tool = isClient ? undefined : task.serverTools.find((candidate) => candidate.name === name);
  const names = [...task.serverTools, ...task.clientTools].map((candidate) => candidate.name);
  if (!isClient && !tool) return refused(`There is no tool named '${name.slice(0, 100)}'. ${listed(names)}`);
  if (task.toolChoice.type === 'none')
    return refused('No tool may be called for this answer. Answer without.');
  if (task.allowedTools && !task.allowedTools.includes(name)) {
    return refused(`'${name}' may not be called for this answer. ${listed(task.allowedTools)}`);
  }
  if (task.maxToolCalls !== undefined && made >= task.maxToolCalls) {
    return refused(
      `Only ${task.maxToolCalls} tool calls may be made for this answer. Answer with what you have.`,
    );
  }
  if (isClient && task.oneClientCall && madeByClient > 0) {
    return refused(
      'One of these functions is called at a time. Call this one after the result of the other.',
    );
  }
  return tool ? { type: 'server', tool } : { type: 'client' };
}

function refused(reason: string): Admission {
  return { type: 'refused', reason };
}

function listed(names: readonly string[]): string {
  return names.length > 0 ? `The tools are: ${names.join(', ')}.` : 'There are no tools.';
}
