import type { ModelCall, ToolChoice, ToolDefinition } from '../../models/index.ts';
import type { LoopState } from './loop-state.ts';
import type { AgentTask } from './types.ts';

type Offer = Pick<AgentTask, 'serverTools' | 'clientTools' | 'toolChoice' | 'allowedTools' | 'maxSteps'>;

/**
 * What a step's call shows the model, and demands of it. The last step must be an answer, or a call that the caller runs.
 * A choice that forces a tool holds for the first step only, or until a call was let through, or it would never end.
 */
export function offerTools(
  task: Offer,
  state: Pick<LoopState, 'mayCallTools' | 'hasAdmittedCall'>,
  step: number,
): Pick<ModelCall, 'tools' | 'toolChoice'> {
  const isLast = step >= task.maxSteps;
  const all = [...task.serverTools, ...task.clientTools];
  if (all.length === 0) return { tools: all, toolChoice: { type: 'auto' } };
  if (!state.mayCallTools || (isLast && !mayHandOver(task))) {
    return { tools: all, toolChoice: { type: 'none' } };
  }
  const tools = isLast ? task.clientTools : all;
  const isOpen = step === 1 || (task.toolChoice.type === 'required' && !state.hasAdmittedCall);
  const wanted = isOpen || task.toolChoice.type === 'none' ? narrow(task, tools) : { type: 'auto' as const };
  const isShown = wanted.type !== 'tool' || tools.some((tool) => tool.name === wanted.name);
  return { tools, toolChoice: isShown ? wanted : { type: 'none' } };
}

/** Whether the caller has a tool that the request lets the model call. */
export function mayHandOver(task: Pick<AgentTask, 'clientTools' | 'allowedTools'>): boolean {
  return allowedAmong(task, task.clientTools).length > 0;
}

/** A demand that only one tool can meet is made of that tool: providers know no list of allowed ones. */
function narrow(task: Offer, tools: readonly ToolDefinition[]): ToolChoice {
  if (task.toolChoice.type !== 'required' || !task.allowedTools) return task.toolChoice;
  const [only, ...others] = allowedAmong(task, tools);
  return only && others.length === 0 ? { type: 'tool', name: only.name } : task.toolChoice;
}

function allowedAmong(
  { allowedTools }: Pick<AgentTask, 'allowedTools'>,
  tools: readonly ToolDefinition[],
): readonly ToolDefinition[] {
  return allowedTools ? tools.filter(({ name }) => allowedTools.includes(name)) : tools;
}
